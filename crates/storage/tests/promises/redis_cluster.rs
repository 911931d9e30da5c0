//! A real Redis Cluster for tests, whose servers can be killed.

use std::{sync::atomic::Ordering, time::Instant};

use super::redis_server::{HOST, RedisServer, look_again};

/// A Cluster of 3 masters and 3 replicas: in the beginning, server 3 is the replica of server 0, 4
/// of 1 and 5 of 2.
pub struct RedisCluster {
    pub servers: Vec<RedisServer>,
}

impl RedisCluster {
    pub async fn start() -> Self {
        let options = "--cluster-enabled yes --cluster-node-timeout 1000 \
                       --cluster-replica-validity-factor 0 --cluster-allow-replica-migration no \
                       --repl-diskless-sync-delay 0";
        let (mut servers, since) = (Vec::<RedisServer>::new(), Instant::now());
        for epoch in 1..=6 {
            let server = RedisServer::start_with(&options.split(' ').collect::<Vec<_>>()).await;
            server
                .command(&["CLUSTER", "SET-CONFIG-EPOCH", &epoch.to_string()])
                .await;
            for other in &servers {
                let [port, cluster_port] =
                    [other.port, other.cluster_port].map(|port| port.to_string());
                server
                    .command(&["CLUSTER", "MEET", &HOST.to_string(), &port, &cluster_port])
                    .await;
            }
            servers.push(server);
        }
        for (index, [first, last]) in [["0", "5460"], ["5461", "10922"], ["10923", "16383"]]
            .iter()
            .enumerate()
        {
            let (master, replica) = (&servers[index], &servers[index + 3]);
            master
                .command(&["CLUSTER", "ADDSLOTSRANGE", first, last])
                .await;
            let master = master.command(&["CLUSTER", "MYID"]).await;
            while replica.command(&["CLUSTER", "REPLICATE", &master]).await != "OK" {
                look_again(since, "a replica does not know its master").await;
            }
        }
        let cluster = Self { servers };
        cluster.healthy().await;
        cluster
    }

    pub fn url(&self) -> String {
        self.servers
            .iter()
            .map(RedisServer::url)
            .collect::<Vec<_>>()
            .join(",")
    }

    pub fn kill(&mut self, index: usize) {
        self.servers[index].kill();
    }

    /// Waits until all that are neither killed nor hung agree who of them has which slots, and
    /// replicas are in step.
    pub async fn healthy(&self) {
        let since = Instant::now();
        while let Err(trouble) = self.check().await {
            look_again(since, &trouble).await;
        }
    }

    async fn check(&self) -> Result<(), String> {
        let mut agreed = None;
        for server in self.answering() {
            let state = server.command(&["CLUSTER", "INFO"]).await
                + &server.command(&["INFO", "replication"]).await;
            let slots = self.slots(server).await;
            let all = slots
                .iter()
                .flatten()
                .map(|(_, first, last)| last - first + 1)
                .sum::<u16>()
                == 16384;
            let ok =
                state.contains("cluster_state:ok") && !state.contains("master_link_status:down");
            if !ok || !all || *agreed.get_or_insert_with(|| slots.clone()) != slots {
                return Err(format!(
                    "{} is not well: {slots:?}\n{state}\n{}",
                    server.url(),
                    server.log()
                ));
            }
        }
        Ok(())
    }

    fn answering(&self) -> impl Iterator<Item = &RedisServer> {
        self.servers
            .iter()
            .filter(|server| server.process.is_some() && !server.hangs.load(Ordering::SeqCst))
    }

    /// Port, first and last slot as this server sees it; nothing if it takes one that answers for
    /// dead or for idle.
    async fn slots(&self, server: &RedisServer) -> Option<Vec<(u16, u16, u16)>> {
        let nodes = server.command(&["CLUSTER", "NODES"]).await;
        let mut all = Vec::new();
        for port in self.answering().map(RedisServer::port) {
            let well = |node: &&str| {
                !node.contains("fail") && (node.contains("slave ") || !node.ends_with("connected"))
            };
            let node = nodes
                .lines()
                .find(|node| node.contains(&format!(":{port}@")))
                .filter(well)?;
            for slots in node.split(' ').skip(8) {
                let (first, last) = slots.split_once('-').unwrap_or((slots, slots));
                all.push((
                    port,
                    first.parse().expect("a slot"),
                    last.parse().expect("a slot"),
                ));
            }
        }
        Some(all)
    }
}
