//! Settings, their reference, and documents that tell the truth.

mod data_dir;
pub mod documents;
mod dot_env;
mod environment;
mod reference;
mod secret_files;
mod values;
