//! What each store promises beyond the common contract: disks, connections, outages.

mod durability;
mod outage;
mod redis_cluster;
mod redis_connection;
