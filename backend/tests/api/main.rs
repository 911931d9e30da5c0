//! Black-box tests: the real application over HTTP, a browser that keeps cookies, and a provider that can be told to
//! fail. One binary; a file for each route or promise. Names are the promises.

mod browser;
mod provider;
mod test_app;

mod callback;
mod documents;
mod login;
mod return_url_table;
