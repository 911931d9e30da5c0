//! A counter in a sealed cookie, without a web framework: takes the `Cookie` header of a request
//! and prints the `Set-Cookie` line of its response. `cargo run --example without_framework`, then
//! the same with what it printed: `cargo run --example without_framework -- "counter=1.1.…"`.

use std::{env, time::Duration};

use sealed_cookies::{CookieNames, Keyring, Purpose, parse_cookies};

fn main() -> Result<(), sealed_cookies::SealError> {
    // An application reads its secrets from its configuration.
    let secrets = ["for this example only, never in an application".into()];
    let keyring = Keyring::new(&secrets, Purpose::new("counter"));
    let names = CookieNames::new("counter", false);

    let header = env::args().nth(1).unwrap_or_default();
    let mut cookies = parse_cookies([header.as_bytes()]);
    let value = cookies.find_map(|(name, value)| (name == names.base_name()).then_some(value));
    let opened = keyring.open_parts("counter", |index| value.filter(|_| index == 0));
    let count = opened.map_or(0, |opened| opened.version) + 1;

    let sealed = keyring.seal_parts(b"any value", "counter", count)?;
    for value in sealed {
        let cookie = names.build(names.base_name(), value, Duration::from_secs(3_600));
        println!("Set-Cookie: {cookie}");
    }
    println!("This is request {count}.");
    Ok(())
}
