//! Promises of single stores beyond the common contract: disks, connections, outages.

mod cut_off;
mod durability;
mod forged_ids;
mod limit;
mod outage;
mod redis_access;
mod redis_cluster;
mod redis_connection;
mod redis_memory;
mod redis_tls;
mod sqlite_file;
mod weights;
