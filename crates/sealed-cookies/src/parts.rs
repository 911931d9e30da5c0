//! Values of any size: sealed as a whole, split over several cookies, and joined again.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::{Keyring, SealError};

/// Characters of sealed text in one cookie. With its name and attributes a cookie stays below the
/// 4,096 bytes above which browsers drop it without an error (RFC 6265 section 6.1).
const PART_LENGTH: usize = 3_980;

/// A value that was joined from its parts and opened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OpenedParts {
    /// The value.
    pub plaintext: Vec<u8>,
    /// The version of all parts.
    pub version: u64,
    /// The number of parts.
    pub count: usize,
}

impl Keyring {
    /// Seals a value and splits it into the values of its cookies, each `version.count.text`. The
    /// parts open only together, and only for the same `name` (for example the session's id).
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub fn seal_parts(
        &self,
        plaintext: &[u8],
        name: &str,
        version: u64,
    ) -> Result<Vec<String>, SealError> {
        let sealed_length = plaintext.len() + Self::OVERHEAD;
        let count = sealed_length
            .saturating_mul(4)
            .div_ceil(3)
            .div_ceil(PART_LENGTH);
        let sealed = self.seal(plaintext, &context(name, version, count))?;
        let text = BASE64_URL_SAFE_NO_PAD.encode(sealed);
        let chunks = text.as_bytes().chunks(PART_LENGTH);
        Ok(chunks
            .map(|chunk| format!("{version}.{count}.{}", String::from_utf8_lossy(chunk)))
            .collect())
    }

    /// Joins the parts of one version and opens them; `part` returns the value of a cookie by its
    /// index. Ignores parts beyond the count, which remain of a longer version. `None` if a part is
    /// missing or of another version.
    pub fn open_parts<'a>(
        &self,
        name: &str,
        part: impl Fn(usize) -> Option<&'a str>,
    ) -> Option<OpenedParts> {
        let (version, count, first) = read(part(0)?)?;
        let mut text = first.to_owned();
        for index in 1..count {
            let (its_version, its_count, chunk) = read(part(index)?)?;
            if (its_version, its_count) != (version, count) {
                return None;
            }
            text.push_str(chunk);
        }
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(&text).ok()?;
        Some(OpenedParts {
            plaintext: self.open(&sealed, &context(name, version, count))?,
            version,
            count,
        })
    }
}

/// The associated data of a seal: parts of another value, version or number never open together.
fn context(name: &str, version: u64, count: usize) -> Vec<u8> {
    format!("{version}.{count}.{name}").into_bytes()
}

fn read(value: &str) -> Option<(u64, usize, &str)> {
    let (version, rest) = value.split_once('.')?;
    let (count, chunk) = rest.split_once('.')?;
    let (version, count) = (version.parse().ok()?, count.parse().ok()?);
    // The format of `seal_parts`: no signs, no leading zeros.
    let is_plain = value.starts_with(&format!("{version}.{count}."));
    is_plain.then_some((version, count, chunk))
}
