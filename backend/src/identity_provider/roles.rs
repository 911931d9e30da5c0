//! Roles, in the shapes that providers give them.

use serde_json::Value;

use crate::user::Role;

/// The roles in a claim: a list of names or of objects, an object with a member for each (as
/// Zitadel has it), or one text with names separated by spaces. What is none of these is left out.
pub(super) fn roles(claim: &Value) -> Vec<Role> {
    match claim {
        Value::Array(list) => list.iter().filter_map(role).collect(),
        Value::Object(members) => members.keys().map(|name| named(name)).collect(),
        Value::String(names) => names.split_whitespace().map(named).collect(),
        _ => Vec::new(),
    }
}

/// A text, or a number as text.
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
