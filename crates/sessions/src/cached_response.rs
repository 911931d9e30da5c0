//! The body of the response about a session, which is made once for each version.

use std::sync::OnceLock;

use bytes::Bytes;

use crate::DeviceProof;

/// A response body about one version of a session, cached after the first request. A clone starts
/// empty, because it becomes another version.
#[derive(Debug, Default)]
pub struct CachedResponse(OnceLock<CachedBody>);

#[derive(Debug)]
struct CachedBody {
    /// Names and bytes of the request's cookies.
    cookies: Vec<(String, usize)>,
    proof: Option<DeviceProof>,
    text: Bytes,
}

impl CachedResponse {
    /// Returns the body for a request with these cookies (names and bytes) and this proof of its
    /// device: the cached one, or that of `make`, which is cached unless it takes more than `room`
    /// bytes with the names.
    pub fn get_or_make<E>(
        &self,
        cookies: &[(&str, usize)],
        proof: Option<DeviceProof>,
        room: usize,
        make: impl FnOnce() -> Result<Bytes, E>,
    ) -> Result<Bytes, E> {
        if let Some(body) = self.0.get()
            && body.proof == proof
            && body
                .cookies
                .iter()
                .map(|(name, bytes)| (name.as_str(), *bytes))
                .eq(cookies.iter().copied())
        {
            return Ok(body.text.clone());
        }
        let text = make()?;
        let names = cookies.iter().map(|(name, _)| name.len()).sum::<usize>();
        if text.len() + names + size_of_val(cookies) <= room {
            let cookies = cookies
                .iter()
                .map(|(name, bytes)| ((*name).to_owned(), *bytes));
            let _ = self.0.set(CachedBody {
                cookies: cookies.collect(),
                proof,
                text: text.clone(),
            });
        }
        Ok(text)
    }
}

impl Clone for CachedResponse {
    fn clone(&self) -> Self {
        Self::default()
    }
}
