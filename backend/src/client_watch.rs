//! The connection of a client: a route can wait until the client has closed it.
//!
//! Actix notices that only when it writes the next byte. It can drop handlers at the end of what a
//! client sends (`h1_allow_half_closed`), but would drop all of them, also a sign-in or a sign-out
//! that is half done, and it does not read while a body waits to be passed on.

use std::{any::Any, future::pending, io, net, os::fd::AsFd, rc::Rc, time::Duration};

use actix_web::{HttpRequest, dev::Extensions};
use tokio::{io::Interest, net::TcpStream, time::sleep};

/// Time without a result after which the connection is watched. Most calls are shorter, and cost
/// nothing more.
const DELAY: Duration = Duration::from_secs(1);

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
    /// Watches the connection of this request, from the first [`ClientWatch::closed`] on.
    pub(crate) fn new(request: &HttpRequest) -> Self {
        let connection = request.conn_data::<Connection>();
        Self {
            connection: connection.map(|connection| Rc::clone(&connection.0)),
            watched: None,
        }
    }

    /// Waits until the client has closed its connection. That includes a client that has closed
    /// only its sending half and still reads: browsers and nginx close both halves at once.
    ///
    /// Returns [`DELAY`] after the first call at the earliest. The end of the connection comes
    /// behind the client's data, so it is not seen before there is room for them, except if the
    /// client resets the connection.
    pub(crate) async fn closed(&mut self) {
        if self.watched.is_none() {
            sleep(DELAY).await;
            self.watched = self.watch();
        }
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

    fn watch(&mut self) -> Option<TcpStream> {
        let watched = self.connection.take()?.try_clone();
        let watched = watched.and_then(TcpStream::from_std);
        let log = |error: &io::Error| tracing::debug!(%error, "a connection cannot be watched");
        watched.inspect_err(log).ok()
    }
}
