//! Recorded behavior of the real Azure: the rows of `tests/azure/`, whose README describes their
//! form.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use emulator::Emulator;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Client, read, version};

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Returns the files of rows.
fn files() -> Vec<Value> {
    let list = fs::read_dir(folder("tests/azure")).expect("a folder");
    let mut paths: Vec<PathBuf> = list.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    let parse = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("a text");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    paths.iter().map(parse).collect()
}

/// Returns the steps of a row, with the steps that must come first.
fn steps<'a>(file: &'a Value, row: &'a Value) -> Vec<&'a Value> {
    let named = |name: &'a Value| {
        let name = name.as_str().expect("a name");
        file["given"][name].as_array().unwrap_or_else(|| panic!("nothing is given as {name}"))
    };
    let given = row["given"].as_array().into_iter().flatten().flat_map(named);
    given.chain(row["steps"].as_array().into_iter().flatten()).collect()
}

/// Returns `true` if a text matches a pattern with `*`, `{guid}` and `{hex}`.
fn is_like(text: &str, pattern: &str) -> bool {
    let Some((head, rest)) = pattern.split_once(['*', '{']) else {
        return text == pattern;
    };
    let Some(text) = text.strip_prefix(head) else {
        return false;
    };
    let wild = pattern.as_bytes()[head.len()] == b'*';
    if wild {
        return (0..=text.len()).any(|at| text.get(at..).is_some_and(|tail| is_like(tail, rest)));
    }
    let (name, rest) = rest.split_once('}').expect("a closed brace");
    let length = if name == "guid" { 36 } else { 32 };
    let digits = |part: &str| part.bytes().all(|c| c.is_ascii_hexdigit() || c == b'-');
    let parts = text.split_at_checked(length).filter(|(part, _)| digits(part));
    parts.is_some_and(|(part, tail)| part.contains('-') == (name == "guid") && is_like(tail, rest))
}

/// Returns an error that says where a body differs from its pattern.
fn compare(body: &Value, pattern: &Value, at: &str) -> Result<(), String> {
    let wrong = || Err(format!("{at} is {body}, not {pattern}"));
    match pattern {
        Value::Object(map) if map.contains_key("=") => match *body == map["="] {
            true => Ok(()),
            false => wrong(),
        },
        Value::Object(map) => {
            let Some(members) = body.as_object() else { return wrong() };
            for (name, pattern) in map.iter().filter(|(name, _)| *name != "-") {
                let Some(member) = members.get(name) else {
                    return Err(format!("{at} has no {name}: {body}"));
                };
                compare(member, pattern, &format!("{at}/{name}"))?;
            }
            let absent = map.get("-").and_then(Value::as_array).into_iter().flatten();
            let mut absent = absent.filter_map(Value::as_str);
            match absent.find(|name| members.contains_key(*name)) {
                Some(name) => Err(format!("{at} has {name}: {body}")),
                None => Ok(()),
            }
        }
        Value::Array(list) => {
            let entries = body.as_array().filter(|entries| entries.len() == list.len());
            let Some(entries) = entries else { return wrong() };
            let mut pairs = entries.iter().zip(list).enumerate();
            pairs
                .try_for_each(|(index, (entry, one))| compare(entry, one, &format!("{at}/{index}")))
        }
        Value::String(text) if body.as_str().is_some_and(|body| is_like(body, text)) => Ok(()),
        other if body == other => Ok(()),
        _ => wrong(),
    }
}

/// A row while it is played.
struct Play {
    client: Client,
    names: BTreeMap<String, String>,
    /// Latest value of each header with a URL.
    addresses: BTreeMap<String, String>,
}

impl Play {
    async fn begin() -> Self {
        let client = Client::with(Emulator::builder().real_retry_after(true)).await;
        let mut names = BTreeMap::new();
        let group = client.emulator.group_id();
        let resource = |tail: &str| client.id(tail);
        for (name, value) in [
            ("no_group", format!("{group}-none")),
            ("group", group),
            ("tenant", client.emulator.tenant.clone()),
            ("network", resource("Microsoft.Network")),
            ("vnet", client.network("virtualNetworks/vnet-ai")),
            ("subnet", client.network("virtualNetworks/vnet-ai/subnets/snet-pe")),
            ("zone", client.network("privateDnsZones/one.example")),
            ("blob_zone", "privatelink.blob.core.windows.net".to_owned()),
            ("hub", client.hub()),
            ("storage", resource("Microsoft.Storage/storageAccounts/airefstorage")),
            ("vault", resource("Microsoft.KeyVault/vaults/airefkv")),
            ("registry", resource("Microsoft.ContainerRegistry/registries/airefacr")),
            ("account", resource("Microsoft.CognitiveServices/accounts/airef-services")),
            ("search", resource("Microsoft.Search/searchServices/airef-search")),
        ] {
            if value.contains("/providers/") {
                names.insert(format!("{name}_version"), version(&value).to_owned());
            }
            names.insert(name.to_owned(), value);
        }
        Self { client, names, addresses: BTreeMap::new() }
    }

    fn fill(&self, text: &str) -> String {
        let names = self.names.iter();
        names.fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    }

    fn fill_all(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => json!(self.fill(text)),
            Value::Array(list) => list.iter().map(|entry| self.fill_all(entry)).collect(),
            Value::Object(map) => {
                map.iter().map(|(name, value)| (name.clone(), self.fill_all(value))).collect()
            }
            other => other.clone(),
        }
    }

    async fn step(&mut self, step: &Value) -> Result<(), String> {
        let step = self.fill_all(step);
        if let Some(order) = step["operations"].as_str() {
            self.client.emulator.hold_operations(order == "held");
        }
        if let Some(order) = step["control"].as_str() {
            let url = format!("{}/{order}", self.client.emulator.control);
            let ordered = self.client.http.post(url).json(&step["body"]).send().await;
            read(ordered.expect("an answer")).await.is(200);
            return Ok(());
        }
        let Some(answer) = self.ask(&step).await? else { return Ok(()) };
        for name in ["azure-asyncoperation", "location"] {
            if !answer.header(name).is_empty() {
                self.addresses.insert(name.to_owned(), answer.header(name).to_owned());
            }
        }
        judge(&answer, &step)?;
        for (name, pointer) in step["keep"].as_object().into_iter().flatten() {
            let text = found(&answer, pointer)?;
            self.names.insert(name.clone(), text);
        }
        for (name, pointer) in step["differs"].as_object().into_iter().flatten() {
            if self.names.get(name) == Some(&found(&answer, pointer)?) {
                return Err(format!("{pointer} equals the kept {name}"));
            }
        }
        if step["end"] == json!(true) {
            if answer.status >= 300 {
                return Err(format!("{}: {:#}", answer.status, answer.body));
            }
            let end = self.client.end(answer).await;
            if end.status >= 300 || end.body["status"] == json!("Failed") {
                return Err(format!("the operation ended with {}: {:#}", end.status, end.body));
            }
        }
        Ok(())
    }

    /// Sends the request of a step and returns the answer, or `None` if the step sends nothing.
    async fn ask(&self, step: &Value) -> Result<Option<Answer>, String> {
        if let Some(header) = step["follow"].as_str() {
            let Some(url) = self.addresses.get(header) else {
                return Err(format!("no answer had {header}"));
            };
            return Ok(Some(self.client.send(Method::GET, url, &[], None).await));
        }
        let Some(line) = step["send"].as_str() else { return Ok(None) };
        let words: Vec<&str> = line.split(' ').collect();
        let [method, path, version] = words[..] else {
            panic!("{line} is not a method, a path and an API version");
        };
        let method = method.parse().expect("a method");
        let headers = step["with"].as_object().into_iter().flatten();
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_str().expect("text")));
        let headers: Vec<(&str, &str)> = headers.collect();
        let url = self.client.url(path, version);
        Ok(Some(self.client.send(method, &url, &headers, step.get("body")).await))
    }
}

fn found(answer: &Answer, pointer: &Value) -> Result<String, String> {
    let text = answer.body.pointer(pointer.as_str().expect("a pointer")).and_then(Value::as_str);
    let text = text.ok_or_else(|| format!("no text at {pointer}: {:#}", answer.body))?;
    Ok(text.trim_matches('"').to_owned())
}

fn judge(answer: &Answer, step: &Value) -> Result<(), String> {
    if let Some(status) = step["answers"].as_u64()
        && u64::from(answer.status) != status
    {
        return Err(format!("{}, not {status}: {:#}", answer.status, answer.body));
    }
    for (name, pattern) in step["headers"].as_object().into_iter().flatten() {
        let text = answer.header(name);
        let like = pattern.as_str().map_or(text.is_empty(), |pattern| is_like(text, pattern));
        if !like {
            return Err(format!("{name} is {text:?}, not {pattern}"));
        }
    }
    match &step["shows"] {
        Value::Null => Ok(()),
        Value::String(_) if answer.body.is_null() => Ok(()),
        Value::String(_) => Err(format!("the answer has a body: {:#}", answer.body)),
        pattern => compare(&answer.body, pattern, ""),
    }
}

async fn play(file: &Value, row: &Value) -> Result<(), String> {
    let mut play = Play::begin().await;
    for step in steps(file, row) {
        let played = play.step(step).await;
        played
            .map_err(|error| format!("{}: {error}", step["send"].as_str().unwrap_or("a poll")))?;
    }
    Ok(())
}

/// Returns the names of the tests of `crates/azure`.
fn tests_of_clients() -> String {
    let list = fs::read_dir(folder("../azure/tests/requests")).expect("a folder");
    list.map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("text")).collect()
}

#[tokio::test]
async fn emulator_answers_as_recorded() {
    let files = files();
    let rows = files.iter().flat_map(|file| {
        file["facts"].as_array().expect("facts").iter().map(move |row| (file, row))
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(_, row)| row["fact"].as_u64());
    let numbers: BTreeSet<_> = rows.iter().filter_map(|(_, row)| row["fact"].as_u64()).collect();
    assert_eq!(numbers, (1..=46).collect(), "each fact has a row");

    let clients = tests_of_clients();
    let (mut held, mut wrong, mut by_clients) = (0, 0, 0);
    let mut findings = Vec::new();
    for (file, row) in rows {
        let title = format!("fact {}: {}", row["fact"], row["holds"].as_str().expect("words"));
        assert!(row["source"].is_string(), "{title} has no source");
        if let Some(test) = row["client"].as_str() {
            assert!(
                clients.contains(&format!("fn {test}(")),
                "{title}: the test {test} does not exist"
            );
            by_clients += 1;
            continue;
        }
        match (play(file, row).await, row["known_wrong"].as_str()) {
            (Ok(()), None) => held += 1,
            (Err(_), Some(_)) => wrong += 1,
            (Ok(()), Some(_)) => findings.push(format!("{title}\n  holds: remove known_wrong")),
            (Err(error), None) => findings.push(format!("{title}\n  {error}")),
        }
    }
    // Printed directly, because a passing test hides its output.
    let told = format!(
        "recorded facts: {held} hold, {wrong} are known differences, {by_clients} are for clients"
    );
    writeln!(io::stderr(), "{told}").expect("a line");
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}
