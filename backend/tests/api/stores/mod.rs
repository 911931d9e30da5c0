//! What each store promises beyond the common contract: disks, connections, outages.

mod cut_off;
mod durability;
mod forged_ids;
mod limit;
mod outage;
mod redis_cluster;
mod redis_connection;
mod redis_memory;
mod sqlite_file;
