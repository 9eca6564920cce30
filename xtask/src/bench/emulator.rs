//! The emulator's memory, and its speed with many resources and requests.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Figure, milliseconds, stage};
use crate::emulator::Emulator;
use crate::failure::{Context as _, Result};
use crate::https::Https;

/// Number of resources that are created and listed.
const RESOURCES: usize = 2_000;

/// Time for which reads are counted.
const COUNTED: Duration = Duration::from_secs(3);

/// Number of clients that read at the same time.
const CLIENTS: usize = 4;

/// Measures a build of the emulator.
pub(super) fn rows(program: &Path, folder: &Path) -> Result<Vec<[String; 2]>> {
    let emulator = Emulator::start(program, folder, false)?;
    let memory = std::fs::read_to_string(format!("/proc/{}/status", emulator.fact_number("pid")?));
    let memory = stage::memory(&memory.unwrap_or_default(), "VmRSS:").unwrap_or_default();
    let mut rows = vec![["memory of the emulator".to_owned(), Figure::Bytes(memory).to_string()]];
    let https = Https::new(Some(Path::new(emulator.fact("ca")?)))?;
    let token = emulator.sign_in(&https)?;
    let seeded = seed_and_list(&emulator, &https, &token)?;
    rows.push([format!("create and list {RESOURCES} resources"), milliseconds(seeded)]);
    let count = read(&emulator, &https, &token)?;
    let rate = count as f64 / COUNTED.as_secs_f64();
    rows.push([format!("simple reads, {CLIENTS} clients"), format!("{rate:.0} a second")]);
    Ok(rows)
}

/// Creates half of the resources as vaults and half as zones, and lists all pages of both.
fn seed_and_list(emulator: &Emulator, https: &Https, token: &str) -> Result<Duration> {
    let at = format!(
        "/subscriptions/{}/resourceGroups/{}/providers",
        emulator.fact("subscription")?,
        emulator.fact("resource_group")?
    );
    let collections = [
        (format!("{at}/Microsoft.KeyVault/vaults"), "2026-02-01", "eastus"),
        (format!("{at}/Microsoft.Network/privateDnsZones"), "2024-06-01", "global"),
    ];
    let one = |index: usize| {
        let (collection, _, location) = &collections[index % 2];
        json!({
            "id": format!("{collection}/bench-{index}.example"),
            "body": { "location": location, "tags": { "number": index.to_string() } },
        })
    };
    let resources: Vec<Value> = (0..RESOURCES).map(one).collect();
    let body = json!({ "resources": resources }).to_string();
    let started = Instant::now();
    https
        .ask(https.client().post(format!("{}/put", emulator.fact("control")?)).body(body))?
        .success()?;
    let mut listed = 0;
    for (collection, version, _) in &collections {
        let base = emulator.fact("base")?;
        let mut next = Some(format!("{base}{collection}?api-version={version}"));
        while let Some(url) = next {
            let page = https.ask(https.client().get(url).bearer_auth(token))?.document()?;
            listed += page["value"].as_array().map_or(0, Vec::len);
            next = page["nextLink"].as_str().map(str::to_owned);
        }
    }
    let time = started.elapsed();
    (listed >= RESOURCES).then_some(time).context(format!("Only {listed} resources were listed"))
}

/// Counts reads of one vault.
fn read(emulator: &Emulator, https: &Https, token: &str) -> Result<usize> {
    let url = format!(
        "{}/subscriptions/{}/resourceGroups/{}/providers/Microsoft.KeyVault/vaults/airefkv\
         ?api-version=2026-02-01",
        emulator.fact("base")?,
        emulator.fact("subscription")?,
        emulator.fact("resource_group")?
    );
    https.count(&https.client().get(url).bearer_auth(token), CLIENTS, COUNTED)
}
