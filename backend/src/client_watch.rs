//! The connection of a client: a route can wait until the client has closed it.
//!
//! Actix notices that only when it writes the next byte. It can drop handlers at the end of what a
//! client sends (`h1_allow_half_closed`), but would drop all of them, also a sign-in or a sign-out
//! that is half done, and it does not read while a body waits to be passed on.

use std::{any::Any, future::pending, io, net, os::fd::AsFd, rc::Rc};

use actix_web::{HttpRequest, dev::Extensions};
use tokio::{io::Interest, net::TcpStream};

/// A second file descriptor of a connection. Actix, the requests of the connection and the bodies
/// that are sent on it hold it, so it is closed when the connection is.
struct Connection(Rc<net::TcpStream>);

/// Prepares a new connection, so that its requests can watch it.
pub(crate) fn prepare(connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else {
        return;
    };
    match stream.as_fd().try_clone_to_owned() {
        Ok(descriptor) => {
            data.insert(Connection(Rc::new(descriptor.into())));
        }
        Err(error) => tracing::debug!(%error, "a connection cannot be watched"),
    }
}

/// Watches the connection of a request.
pub(crate) struct ClientWatch {
    connection: Option<Rc<net::TcpStream>>,
    watched: Option<TcpStream>,
}

impl ClientWatch {
    /// For the connection of this request.
    pub(crate) fn new(request: &HttpRequest) -> Self {
        let connection = request.conn_data::<Connection>();
        Self {
            connection: connection.map(|connection| Rc::clone(&connection.0)),
            watched: None,
        }
    }

    /// Begins to watch, which costs system calls: only for what takes longer than most.
    pub(crate) fn start(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        match connection.try_clone().and_then(TcpStream::from_std) {
            Ok(stream) => self.watched = Some(stream),
            Err(error) => tracing::debug!(%error, "a connection cannot be watched"),
        }
    }

    /// Waits until the client has closed its connection, once [`ClientWatch::start`] was called.
    /// That includes a client that has closed only its sending half and still reads: browsers and
    /// nginx close both halves at once.
    ///
    /// The end of the connection comes behind the client's data, so it is not seen before there is
    /// room for them, except if the client resets the connection.
    pub(crate) async fn closed(&self) {
        let Some(stream) = &self.watched else {
            return pending().await;
        };
        while let Ok(ready) = stream.ready(Interest::READABLE).await {
            if ready.is_read_closed() {
                return;
            }
            // More of the body, or the next request, which Actix reads: wait for the next event.
            let _: io::Result<()> =
                stream.try_io(Interest::READABLE, || Err(io::ErrorKind::WouldBlock.into()));
        }
        pending().await
    }
}
