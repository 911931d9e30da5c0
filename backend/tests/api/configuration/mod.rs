//! Settings, their reference, and documents that tell the truth.

mod data_dir;
pub mod documents;
mod dot_env;
mod environment;
mod login_parameters;
mod reference;
mod secret_files;
mod values;
