//! The journal: what a run has begun to make, until a state knows of it.
//!
//! Terraform writes the state when a call has answered. Of a run that is killed before that, the
//! state knows nothing, and the next run cannot tell what it finds from somebody else's. So it is
//! noted first, in the folder where Terraform keeps its own data about a configuration; under the
//! place of its state, so that no other state takes the object for its own.
//!
//! A note goes when the state surely has the object: when Terraform shows it, or says farewell
//! after a run that nothing disturbed. The latter counts only where the state is a local file;
//! others are written later. What nobody has come back to for a week is forgotten.

use crate::context::held;
use aws_lc_rs::digest::{Context as Hasher, SHA256};
use serde_json::{Value as Json, json};
use std::collections::HashSet;
use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a note counts.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// The notes about one state. The default journal takes none.
#[derive(Clone, Debug, Default)]
pub struct Journal(Option<Arc<Pages>>);

#[derive(Debug)]
struct Pages {
    folder: PathBuf,
    /// Tells the state from others.
    state: Vec<u8>,
    /// Whether an answer is in the state at once.
    local: bool,
    /// Tells the run from others, for all its processes.
    run: String,
    started: u64,
    /// What this process has begun.
    own: Mutex<HashSet<PathBuf>>,
    /// What was answered, and is in the state as soon as Terraform has written it.
    answered: Mutex<Vec<PathBuf>>,
}

impl Journal {
    /// That of the configuration whose data Terraform keeps in this folder. The variables are those
    /// that tell where its state is; `program` names the notes' own folder.
    pub(crate) fn at(data: &Path, program: &str, variables: &[(&'static str, String)]) -> Self {
        // Neither file is there until a workspace or a backend was chosen.
        let chosen = fs::read_to_string(data.join("environment")).unwrap_or_default();
        let backend = fs::read(data.join("terraform.tfstate")).unwrap_or_default();
        let place = env::current_dir().unwrap_or_default();
        let given = || variables.iter().filter(|(_, value)| !value.is_empty());
        let named = given().any(|(name, _)| *name == WORKSPACE);
        let chosen = if named || chosen.trim() == "default" { "" } else { chosen.trim() };
        let mut state = format!("{}\0{chosen}\0", place.display());
        for (name, value) in given().filter(|(_, value)| value != "default") {
            // Writing to a text cannot fail.
            let _ = write!(state, "{name}={value}\0");
        }
        let folder = data.join(program);
        sweep(&folder);
        Self(Some(Arc::new(Pages {
            folder,
            state: [state.as_bytes(), &backend].concat(),
            local: is_local(&backend),
            run: run(),
            started: now(),
            own: Mutex::default(),
            answered: Mutex::default(),
        })))
    }

    /// Notes that an object is about to be made, with what must not be forgotten about it; false
    /// when this process has noted it already.
    pub(crate) fn begin(&self, kind: &str, id: &str, facts: &Json) -> bool {
        let Some(pages) = &self.0 else { return false };
        let path = pages.path(kind, id);
        if !held(&pages.own).insert(path.clone()) {
            return false;
        }
        let page = json!({ "kind": kind, "id": id, "facts": facts, "run": pages.run, "at": now() });
        if let Err(fault) = write(&pages.folder, &path, &page) {
            let folder = pages.folder.display();
            tracing::warn!(%fault, %folder, "should this run be killed, nobody will know of {id}");
        }
        true
    }

    /// What an earlier run noted about an object that it began to make, and that no state has.
    pub(crate) fn begun(&self, kind: &str, id: &str) -> Option<Json> {
        let pages = self.0.as_ref()?;
        let path = pages.path(kind, id);
        let page = match fs::read(&path) {
            Ok(page) => page,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return None,
            Err(fault) => {
                tracing::warn!(%fault, path = %path.display(), "a note cannot be read");
                return None;
            }
        };
        let page: Json = serde_json::from_slice(&page).ok()?;
        let is_meant = page["kind"] == kind && page["id"].as_str()?.eq_ignore_ascii_case(id);
        // Of two that want the same object in one run, the second must not take the first one's.
        let is_earlier = page["run"] != pages.run && page["at"].as_u64()? < pages.started;
        (is_meant && is_earlier).then(|| page["facts"].clone())
    }

    /// The object is in the answer to Terraform.
    pub(crate) fn answered(&self, kind: &str, id: &str) {
        let Some(pages) = &self.0 else { return };
        held(&pages.answered).push(pages.path(kind, id));
    }

    /// A state has the object, or it was never made.
    pub(crate) fn forget(&self, kind: &str, id: &str) {
        let Some(pages) = &self.0 else { return };
        let path = pages.path(kind, id);
        held(&pages.own).remove(&path);
        pages.remove(&path);
    }

    /// Terraform says farewell after a run that nothing disturbed.
    pub(crate) fn close(&self) {
        let Some(pages) = self.0.as_ref().filter(|pages| pages.local) else { return };
        std::mem::take(&mut *held(&pages.answered)).iter().for_each(|path| pages.remove(path));
    }
}

impl Pages {
    fn path(&self, kind: &str, id: &str) -> PathBuf {
        let mut hasher = Hasher::new(&SHA256);
        for part in [&self.state, kind.as_bytes(), id.to_lowercase().as_bytes()] {
            hasher.update(part);
            hasher.update(b"\0");
        }
        let mut name = String::new();
        for byte in hasher.finish().as_ref() {
            let _ = write!(name, "{byte:02x}");
        }
        self.folder.join(name + ".json")
    }

    /// Takes a note away if it is there, and with the last one the folder.
    fn remove(&self, path: &Path) {
        match fs::remove_file(path) {
            Ok(()) => {
                // Folders stay while there is anything in them.
                for folder in self.folder.ancestors().take(2) {
                    let _ = fs::remove_dir(folder);
                }
            }
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => {}
            Err(fault) => {
                tracing::warn!(%fault, path = %path.display(), "a note of the journal stays");
            }
        }
    }
}

/// The variable that names the workspace.
const WORKSPACE: &str = "TF_WORKSPACE";

/// Variables that tell, beside the folder, which state is meant: Terraform's own and those of
/// backends whose address need not be in the configuration.
pub(crate) const VARIABLES: [&str; 7] = [
    WORKSPACE,
    "TF_CLOUD_HOSTNAME",
    "TF_CLOUD_ORGANIZATION",
    "TF_HTTP_ADDRESS",
    "PG_CONN_STR",
    "PG_SCHEMA_NAME",
    "CONSUL_HTTP_ADDR",
];

/// Whether what `terraform init` kept of the backend is that of a local file, as without a backend.
fn is_local(backend: &[u8]) -> bool {
    let kept: Json = serde_json::from_slice(backend).unwrap_or_default();
    matches!(kept["backend"]["type"].as_str(), None | Some("local"))
}

/// The run: the Terraform that has started this process, and where the system tells when that was
/// started, that as well, because a new one may have the number of one that is gone.
fn run() -> String {
    #[cfg(unix)]
    let number = std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    let number = std::process::id();
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let started = after_name.split_whitespace().nth(19).unwrap_or_default();
    format!("{number} {started}")
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis().try_into().unwrap_or(u64::MAX)
}

/// Takes away what nobody has come back to.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let written = entry.metadata().and_then(|it| it.modified());
        if written.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > KEPT_FOR)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whole or not at all.
fn write(folder: &Path, path: &Path, page: &Json) -> io::Result<()> {
    let once = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(page.to_string().as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        // A name is kept by its folder. Not every system can open one.
        File::open(folder).and_then(|folder| folder.sync_all()).or(Ok(()))
    };
    match once() {
        // Another process, of another provider block, has just taken its last note away.
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => once(),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::{TempDir, tempdir};

    const KIND: &str = "acme_thing";

    fn journal(data: &Path, workspace: &str) -> Journal {
        let variables =
            if workspace.is_empty() { vec![] } else { vec![(WORKSPACE, workspace.to_owned())] };
        Journal::at(data, "program", &variables)
    }

    /// The journal of a run that comes after all others.
    fn next(data: &Path, workspace: &str) -> Journal {
        let pages = Arc::into_inner(journal(data, workspace).0.unwrap()).unwrap();
        let later = Pages { run: "next".to_owned(), started: u64::MAX, ..pages };
        Journal(Some(Arc::new(later)))
    }

    fn data() -> TempDir {
        tempdir().unwrap()
    }

    #[test]
    fn what_a_killed_run_began_is_known_to_the_next_whatever_the_case() {
        let data = data();
        journal(data.path(), "").begin(KIND, "/Things/One", &json!({"was": "so"}));
        let next = next(data.path(), "");
        assert_eq!(next.begun(KIND, "/things/one"), Some(json!({"was": "so"})));
        assert_eq!(next.begun(KIND, "/things/two"), None);
        assert_eq!(next.begun("acme_other", "/things/one"), None);
        next.forget(KIND, "/THINGS/ONE");
        assert_eq!(next.begun(KIND, "/things/one"), None);
    }

    #[test]
    fn what_this_run_began_is_none_of_an_earlier() {
        let data = data();
        let (one, sibling) = (journal(data.path(), ""), journal(data.path(), ""));
        assert!(one.begin(KIND, "/one", &Json::Null));
        assert!(!one.begin(KIND, "/one", &Json::Null), "somebody else of this process has");
        assert_eq!(one.begun(KIND, "/one"), None);
        assert_eq!(sibling.begun(KIND, "/one"), None);
        // Not even where the system does not tell runs apart.
        let pages = Arc::into_inner(sibling.0.unwrap()).unwrap();
        let foreign =
            Journal(Some(Arc::new(Pages { run: "other".to_owned(), started: 0, ..pages })));
        assert_eq!(foreign.begun(KIND, "/one"), None);
    }

    #[test]
    fn another_workspace_or_backend_is_another_state() {
        let data = data();
        journal(data.path(), "").begin(KIND, "/one", &Json::Null);
        let is_known = |workspace| next(data.path(), workspace).begun(KIND, "/one").is_some();
        assert!(is_known("") && is_known("default") && !is_known("other"));
        let chosen = data.path().join("environment");
        fs::write(&chosen, "other").unwrap();
        assert!(!is_known("") && is_known("default"));
        fs::write(&chosen, "default").unwrap();
        assert!(is_known(""));
        fs::write(data.path().join("terraform.tfstate"), "{\"backend\": {}}").unwrap();
        assert!(!is_known(""));
    }

    #[test]
    fn a_farewell_ends_what_was_answered_and_leaves_nothing_behind() {
        let data = data();
        let data = data.path().join("data");
        let journal = journal(&data, "");
        for id in ["/one", "/two"] {
            journal.begin(KIND, id, &Json::Null);
        }
        journal.answered(KIND, "/one");
        journal.close();
        assert!(next(&data, "").begun(KIND, "/one").is_none());
        assert!(next(&data, "").begun(KIND, "/two").is_some());
        journal.answered(KIND, "/two");
        journal.close();
        assert!(!data.exists());
    }

    /// It is written to its place some time after the answer.
    #[test]
    fn a_farewell_says_nothing_of_a_state_that_is_elsewhere() {
        let data = data();
        for (kind, stays) in [("consul", true), ("local", false)] {
            let backend = json!({ "backend": { "type": kind } });
            fs::write(data.path().join("terraform.tfstate"), backend.to_string()).unwrap();
            let journal = journal(data.path(), "");
            journal.begin(KIND, "/one", &Json::Null);
            journal.answered(KIND, "/one");
            journal.close();
            assert_eq!(next(data.path(), "").begun(KIND, "/one").is_some(), stays, "{kind}");
        }
    }

    #[test]
    fn what_is_old_or_was_spoilt_counts_no_more() {
        let data = data();
        let journal = journal(data.path(), "");
        let path = |id| journal.0.as_ref().unwrap().path(KIND, id);
        for id in ["/one", "/two"] {
            journal.begin(KIND, id, &Json::Null);
        }
        fs::write(path("/one"), "{\"kind\": \"acme_thing\", \"id\": \"/two\"}").unwrap();
        let old = SystemTime::now() - KEPT_FOR - Duration::from_secs(60);
        File::options().append(true).open(path("/two")).unwrap().set_modified(old).unwrap();
        let next = next(data.path(), "");
        assert_eq!(next.begun(KIND, "/one"), None);
        assert_eq!(next.begun(KIND, "/two"), None);
        assert!(path("/one").exists() && !path("/two").exists());
    }

    #[test]
    fn without_a_place_nothing_is_noted_and_nothing_fails() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for journal in [Journal::default(), journal(file.path(), "")] {
            journal.begin(KIND, "/one", &Json::Null);
            journal.answered(KIND, "/one");
            journal.close();
        }
        assert_eq!(next(file.path(), "").begun(KIND, "/one"), None);
    }
}
