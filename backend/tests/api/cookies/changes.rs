//! Session cookies that are not what this server sent: 401, everything cleared, never a fault.

use std::{collections::BTreeMap, time::Duration};

use crate::harness::{browser::Browser, test_app::TestApp};

pub type Cookies = BTreeMap<String, String>;
pub const ID: &str = "__Host-Http-session";

/// A session that takes three parts, and their names.
pub async fn large_session(app: &TestApp) -> (Browser, [String; 3]) {
    app.provider.script(|script| script.token_length = 4096);
    let browser = app.signed_in().await;
    let parts = browser.session_parts().try_into().expect("three parts");
    (browser, parts)
}

pub async fn assert_cleared(app: &TestApp, cookies: Cookies, what: &str) {
    let browser = app.browser();
    let sent: Vec<_> = cookies
        .keys()
        .filter(|name| name.starts_with(ID))
        .cloned()
        .collect();
    browser.set_cookies(cookies);
    let answer = browser.fetch("/api/session").await;
    assert_eq!(answer.status, 401, "{what}: {}", answer.body);
    answer.assert_problem(401, "unauthenticated");
    // An id that is ours is never taken away by an answer that may be late.
    for name in sent.iter().filter(|name| *name != ID) {
        assert!(
            answer.deleted_cookies().contains(&name.as_str()),
            "{what}: {name} is kept"
        );
    }
    assert!(browser.session_parts().is_empty(), "{what}");
}

pub fn with(cookies: &Cookies, name: &str, value: impl Into<String>) -> Cookies {
    let mut cookies = cookies.clone();
    cookies.insert(name.to_owned(), value.into());
    cookies
}

#[tokio::test]
async fn a_cookie_that_was_changed_truncated_swapped_or_lost_ends_in_401() {
    let app = TestApp::start().await;
    let (browser, parts) = large_session(&app).await;
    let good = browser.cookies();
    for name in [ID, &parts[0], &parts[1], &parts[2]] {
        let value = &good[name];
        let middle = value.len() / 2;
        let other = if value.as_bytes()[middle] == b'A' {
            "B"
        } else {
            "A"
        };
        let mut changed = value.clone();
        changed.replace_range(middle..=middle, other);
        assert_cleared(&app, with(&good, name, changed), &format!("{name} changed")).await;
        for length in [0, 1, 5, middle, value.len() - 1] {
            assert_cleared(
                &app,
                with(&good, name, &value[..length]),
                &format!("{name} cut to {length}"),
            )
            .await;
        }
        assert_cleared(
            &app,
            with(&good, name, format!("{value}A")),
            &format!("{name} longer"),
        )
        .await;
        let mut lost = good.clone();
        lost.remove(name);
        assert_cleared(&app, lost, &format!("{name} lost")).await;
    }
    for (one, two) in [(0, 1), (1, 2), (0, 2)] {
        let swapped = with(
            &with(&good, &parts[one], &good[&parts[two]]),
            &parts[two],
            &good[&parts[one]],
        );
        assert_cleared(&app, swapped, &format!("{one} and {two} swapped")).await;
    }
}

#[tokio::test]
async fn a_header_that_claims_another_generation_or_count_ends_in_401() {
    let app = TestApp::start().await;
    let (browser, parts) = large_session(&app).await;
    let good = browser.cookies();
    for header in [
        "2.3.",
        "0.3.",
        "1.2.",
        "1.0.",
        "1.1.",
        "1.4.",
        "1.99999999999.",
        "99999999999999999999.3.",
        "-1.3.",
        "1.-3.",
        "..",
    ] {
        let mut cookies = good.clone();
        for part in &parts {
            let text = good[part]
                .strip_prefix("1.3.")
                .expect("generation and count");
            cookies.insert(part.clone(), format!("{header}{text}"));
        }
        assert_cleared(&app, cookies, header).await;
    }
}

#[tokio::test]
async fn parts_of_another_session_or_another_version_never_mix() {
    let app = TestApp::start().await;
    let (browser, parts) = large_session(&app).await;
    let old = browser.cookies();
    let (other, others) = large_session(&app).await;
    let other = other.cookies();
    app.clock.advance(Duration::from_secs(61));
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    let new = browser.cookies();
    assert_ne!(old[&parts[0]], new[&parts[0]], "activity was written");

    assert_cleared(&app, with(&other, ID, &new[ID]), "another session's parts").await;
    for (part, others) in parts.iter().zip(&others) {
        assert_cleared(
            &app,
            with(&new, part, &other[others]),
            &format!("another session's {part}"),
        )
        .await;
        assert_cleared(
            &app,
            with(&new, part, &old[part]),
            &format!("an older {part}"),
        )
        .await;
    }
    assert_eq!(
        app.copy_of(&browser).fetch("/api/session").await.status,
        200,
        "the session itself is well"
    );
}

#[tokio::test]
async fn a_login_attempt_is_no_session() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let (good, part) = (browser.cookies(), browser.session_parts().remove(0));
    browser.open("/api/auth/login?tenant_name=acme").await;
    let attempt = browser
        .cookies()
        .into_iter()
        .find(|(name, _)| name.contains("login"))
        .expect("an attempt")
        .1;
    assert_cleared(&app, with(&good, &part, &attempt), "as the sealed session").await;
    assert_cleared(
        &app,
        with(&good, &part, format!("1.1.{attempt}")),
        "as the sealed text",
    )
    .await;
    assert_cleared(&app, with(&good, ID, &attempt), "as the id").await;
}
