//! How a sealed session is split over several cookies, and put together again.

/// Characters of a value in one cookie. With its name and header that stays below the 4,096 bytes
/// at which browsers drop a cookie without a word (RFC 6265 section 6.1).
const PART_LENGTH: usize = 3_980;

/// Splits a sealed session into the values of its cookies, each `generation.count.text`.
pub fn split(sealed: &str, generation: u64) -> Vec<String> {
    let count = parts_for(sealed.len());
    let chunks = sealed.as_bytes().chunks(PART_LENGTH);
    chunks
        .map(|chunk| format!("{generation}.{count}.{}", String::from_utf8_lossy(chunk)))
        .collect()
}

/// How many cookies a sealed text of this length takes.
pub fn parts_for(length: usize) -> usize {
    length.div_ceil(PART_LENGTH)
}

/// A sealed session put together from its parts.
#[derive(Debug, Eq, PartialEq)]
pub struct Joined {
    /// The generation that all parts name.
    pub generation: u64,
    /// The number of parts.
    pub count: usize,
    /// The sealed text.
    pub sealed: String,
}

/// Puts the parts of one version together: the values of the cookies by their index. Parts beyond
/// the count are left over from a longer version and are ignored; a missing part or one of another
/// version makes the whole unreadable.
pub fn join<'a>(part: impl Fn(usize) -> Option<&'a str>) -> Option<Joined> {
    let (generation, count, first) = read(part(0)?)?;
    let mut sealed = first.to_owned();
    for index in 1..count {
        let (its_generation, its_count, chunk) = read(part(index)?)?;
        if (its_generation, its_count) != (generation, count) {
            return None;
        }
        sealed.push_str(chunk);
    }
    Some(Joined {
        generation,
        count,
        sealed,
    })
}

fn read(value: &str) -> Option<(u64, usize, &str)> {
    let (generation, rest) = value.split_once('.')?;
    let (count, chunk) = rest.split_once('.')?;
    Some((generation.parse().ok()?, count.parse().ok()?, chunk))
}
