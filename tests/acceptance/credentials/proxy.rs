//! Connections through an HTTP proxy.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::pieces;
use crate::world::World;

/// A proxy that opens tunnels and records their targets.
struct Proxy {
    address: String,
    tunnels: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let tunnels: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = tunnels.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let seen = seen.clone();
                thread::spawn(move || open(client, &seen));
            }
        });
        Self { address, tunnels }
    }

    fn tunnels(&self) -> Vec<String> {
        self.tunnels.lock().unwrap().clone()
    }
}

/// Opens the tunnel that `CONNECT HOST:PORT` requests.
fn open(mut client: TcpStream, seen: &Mutex<Vec<String>>) -> Option<()> {
    let head = BufReader::new(client.try_clone().ok()?).lines().map_while(Result::ok);
    let head: Vec<String> = head.take_while(|line| !line.is_empty()).collect();
    let target = head.first()?.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned();
    seen.lock().unwrap().push(target.clone());
    let mut service = TcpStream::connect(&target).ok()?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").ok()?;
    let (mut there, mut back) = (client.try_clone().ok()?, service.try_clone().ok()?);
    thread::spawn(move || std::io::copy(&mut there, &mut service));
    std::io::copy(&mut back, &mut client).ok().map(|_| ())
}

fn world(proxy: &Proxy) -> World {
    let mut world = World::new();
    world.set("HTTPS_PROXY", &proxy.address);
    world.config(pieces::ZONE);
    world
}

#[test]
fn all_requests_use_https_proxy() {
    let proxy = Proxy::start();
    let world = world(&proxy);
    world.apply().creates(1);
    world.destroy().destroys(1);
    let (tunnels, host) = (proxy.tunnels(), world.cloud.variable("ARM_METADATA_HOSTNAME"));
    assert!(!tunnels.is_empty(), "nothing went through the proxy");
    assert!(tunnels.iter().all(|it| *it == host), "{tunnels:?}");
}

#[test]
fn no_proxy_hosts_bypass_the_proxy() {
    let proxy = Proxy::start();
    let mut world = world(&proxy);
    world.set("NO_PROXY", "example.org,localhost");
    world.apply().creates(1);
    assert_eq!(proxy.tunnels(), [""; 0]);
}

/// Terraform itself ignores `ALL_PROXY` too.
#[test]
fn all_proxy_is_ignored() {
    let proxy = Proxy::start();
    let mut world = world(&proxy);
    world.unset("HTTPS_PROXY").set("ALL_PROXY", &proxy.address).set("all_proxy", &proxy.address);
    world.apply().creates(1);
    assert_eq!(proxy.tunnels(), [""; 0]);
}

#[test]
fn unreachable_proxy_is_an_error() {
    let proxy = Proxy::start();
    let mut world = world(&proxy);
    world.set("HTTPS_PROXY", "http://127.0.0.1:1").set("ARM_METADATA_HOSTNAME", "localhost:2");
    let hcl = pieces::with(pieces::ZONE, "  timeouts {\n    create = \"2s\"\n  }\n");
    world.config(&hcl);
    world.apply().fails_with("localhost:2");
}
