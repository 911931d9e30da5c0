//! A file for each route.

mod admin;
mod backchannel_logout;
mod every_route;
mod head;
mod health;
mod logout;
mod logout_destination;
mod openapi;
mod payments;
mod profile;
mod readiness;
mod refused_logout_tokens;
mod session;
mod sessions;
mod spa;
mod spa_caching;
mod token;
mod unknown_addresses;
