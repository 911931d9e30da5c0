//! Access tokens are renewed once, on all nodes together, whatever fails meanwhile.

mod faults;
mod nodes;
mod one_call;
mod patience;
mod store_failure;
