//! Values with a number that a script in Redis can compare: `number.value`.

pub(super) fn numbered(number: u64, value: &[u8]) -> Vec<u8> {
    [format!("{number}.").as_bytes(), value].concat()
}

/// Returns number and value.
pub(super) fn number_and_value(numbered: &[u8]) -> Option<(u64, &[u8])> {
    let dot = numbered.iter().position(|byte| *byte == b'.')?;
    let number = str::from_utf8(&numbered[..dot]).ok()?.parse().ok()?;
    Some((number, &numbered[dot + 1..]))
}
