//! The revocation list: what it ends, that it forgets nothing, and that all nodes agree.

mod list;
