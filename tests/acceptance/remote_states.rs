//! Acceptance tests of remote state, which Terraform writes some time after the provider's
//! responses. A journal entry stays until Terraform shows that the state has the object.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crate::pieces;
use crate::resumptions::journal_entries;
use crate::world::World;

/// Server of one state for Terraform's `http` backend.
struct StateServer {
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl StateServer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(Vec::new()));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if !serve(&mut stream.unwrap(), &state) {
                    return;
                }
            }
        });
        Self { address, thread: Some(thread) }
    }

    fn backend(&self) -> String {
        format!(
            "terraform {{\n  backend \"http\" {{\n    address = \"http://{}/state\"\n  }}\n}}\n",
            self.address
        )
    }
}

impl Drop for StateServer {
    fn drop(&mut self) {
        // A connection without a request stops the server.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Answers one request. Returns `false` if the connection has none.
fn serve(stream: &mut TcpStream, state: &Mutex<Vec<u8>>) -> bool {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return false;
        }
        if line.trim().is_empty() {
            break;
        }
        head.push(line.to_ascii_lowercase());
    }
    let length = head.iter().find_map(|line| line.strip_prefix("content-length:"));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
    reader.read_exact(&mut body).unwrap();
    let mut state = state.lock().unwrap();
    if head[0].starts_with("post") {
        *state = body;
    }
    let status = if state.is_empty() { "404 Not Found" } else { "200 OK" };
    let answer = if head[0].starts_with("get") { state.as_slice() } else { &[] };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.len()
    )
    .unwrap();
    stream.write_all(answer).unwrap();
    true
}

#[test]
fn a_journal_entry_stays_until_the_state_has_the_object() {
    let (world, server) = (World::new(), StateServer::start());
    world.config(&[&server.backend(), pieces::ENDPOINT].concat());
    // Prepares the backend. Older versions of Terraform then look in vain for the provider, which
    // is in no registry; newer ones do not.
    drop(world.run(&["init", "-input=false"]));
    assert!(world.path(".terraform/terraform.tfstate").is_file());
    world.apply().creates(1);
    assert_eq!(journal_entries(&world, ".terraform").len(), 1);
    world.plan().is_quiet();
    assert!(journal_entries(&world, ".terraform").is_empty());
    world.destroy().destroys(1);
    assert!(!world.cloud.has(pieces::ENDPOINT_PATH));
}
