//! Roles, in the formats of different providers.

use serde_json::Value;

use sessions::Role;

/// Reads roles from a claim: a list of names or objects, an object with a member for each role (as
/// of Zitadel), or names separated by spaces. Ignores anything else.
pub(super) fn roles(claim: &Value) -> Vec<Role> {
    match claim {
        Value::Array(list) => list.iter().filter_map(role).collect(),
        Value::Object(members) => members.keys().map(|name| named(name)).collect(),
        Value::String(names) => names.split_whitespace().map(named).collect(),
        _ => Vec::new(),
    }
}

/// A string, or a number as a string.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn role(value: &Value) -> Option<Role> {
    let Value::Object(_) = value else {
        return Some(named(&text(value)?));
    };
    let member = |names: &[&str]| names.iter().find_map(|name| text(value.get(name)?));
    let name = member(&["name", "id", "value"])?;
    Some(Role {
        id: member(&["id"]).unwrap_or_else(|| name.clone()),
        display_name: member(&["display_name", "displayName"]).unwrap_or_else(|| name.clone()),
        name,
    })
}

fn named(name: &str) -> Role {
    let name = name.to_owned();
    Role {
        id: name.clone(),
        display_name: name.clone(),
        name,
    }
}
