//! From the login endpoint to a new session, and every way in which that fails.

mod attempts;
mod callback;
mod callback_shapes;
mod checks;
mod custom_domain;
mod freshness;
mod id_token;
mod keys;
mod login;
mod parameters;
mod provider_faults;
mod restarts;
mod return_url;
mod return_url_table;
mod sign_up;
mod silent;
mod step_up;
mod step_up_attacks;
mod tenant;
