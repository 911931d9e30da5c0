//! The endpoints: one file for each group, named after its path.

pub mod admin;
pub mod backchannel_logout;
pub mod callback;
pub mod config;
pub mod csp_reports;
pub mod device;
pub mod health;
pub mod login;
pub mod logout;
pub mod openapi;
pub mod payments;
pub mod preferences;
pub mod profile;
pub mod session;
pub mod session_events;
pub mod sessions;
pub mod spa;
pub mod token;
