//! A file for each route.

mod backchannel_logout;
mod every_route;
mod health;
mod logout;
mod logout_destination;
mod openapi;
mod profile;
mod refused_logout_tokens;
mod session;
mod sessions;
mod spa;
mod token;
