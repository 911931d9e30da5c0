//! Settings, their reference, and documents that tell the truth.

mod data_dir;
pub mod documents;
mod dot_env;
mod reference;
mod values;
