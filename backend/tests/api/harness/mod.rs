//! What the tests stand on: the application, a browser, a provider, Redis, links that can be cut.

mod answer;
pub mod browser;
pub mod installation;
pub mod link;
pub mod lists;
pub mod logout_token;
pub mod process;
pub mod provider;
pub mod redis_cluster;
pub mod redis_server;
pub mod signing;
pub mod stores;
pub mod test_app;
