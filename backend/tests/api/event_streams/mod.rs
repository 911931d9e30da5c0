//! `GET /api/session/events`: what pages are told, as it happens, and that nothing comes after the
//! session's end.

mod ends;
mod limits;
pub mod news;
pub mod reader;
mod slow_readers;
mod thousand;
