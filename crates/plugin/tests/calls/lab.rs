//! Test provider with every kind of type, which records its calls.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use terraform_plugin::identity::{Identity, Part};
use terraform_plugin::prelude::*;
use terraform_plugin::timeouts::Timeouts;

/// Time of the next renewal of an open session.
pub(crate) fn soon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000)
}

/// The provider and everything that it offers.
#[derive(Clone, Default)]
pub(crate) struct Lab(Arc<Mutex<Vec<String>>>);

impl Lab {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    /// Returns the calls since the last call of this function.
    pub(crate) fn done(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Provider for Lab {
    fn block(&self) -> Block {
        Block::new("A lab.")
    }

    fn resources(&self) -> Vec<Box<dyn AnyResource>> {
        vec![Box::new(Vaults(self.clone())), Box::new(Racks), Box::new(Things)]
    }

    fn data_sources(&self) -> Vec<Box<dyn AnyDataSource>> {
        vec![Box::new(Looks)]
    }

    fn ephemeral_resources(&self) -> Vec<Box<dyn AnyEphemeralResource>> {
        vec![Box::new(Sessions(self.clone()))]
    }
}

/// A vault.
#[derive(Model)]
pub(crate) struct Vault {
    /// Name.
    name: String,
    /// Key.
    key: WriteOnly<Secret<String>>,
    /// Doors.
    door: Blocks<Door>,
}

/// A door.
#[derive(Model)]
pub(crate) struct Door {
    /// Number.
    number: i64,
    /// Code.
    code: Option<WriteOnly<String>>,
}

/// The vaults.
struct Vaults(Lab);

impl Vaults {
    fn written(&self, verb: &str, vault: &Vault) {
        let key = vault.key.get().map(|key| key.expose().as_str());
        let codes = vault.door.iter().map(|door| door.code.as_ref().and_then(WriteOnly::get));
        let codes: Vec<_> = codes.collect();
        self.0.note(format!("{verb} {} {key:?} {codes:?}", vault.name));
    }
}

#[async_trait]
impl Resource for Vaults {
    type Model = Vault;

    fn name(&self) -> &'static str {
        "lab_vault"
    }

    fn version(&self) -> i64 {
        1
    }

    async fn create(&self, planned: Vault, _: &Context) -> Result<Vault, Diagnostics> {
        self.written("create", &planned);
        Ok(planned)
    }

    async fn read(&self, state: Vault, context: &Context) -> Result<Option<Vault>, Diagnostics> {
        assert!(!context.importing, "a vault whose key is not kept is taken for a new one");
        self.written("read", &state);
        Ok(Some(state))
    }

    async fn update(&self, _: Vault, planned: Vault, _: &Context) -> Result<Vault, Diagnostics> {
        self.written("update", &planned);
        Ok(planned)
    }

    async fn delete(&self, prior: Vault, _: &Context) -> Result<(), Diagnostics> {
        self.written("delete", &prior);
        Ok(())
    }

    fn upgrade(&self, _: i64, state: serde_json::Value) -> Result<serde_json::Value, Diagnostics> {
        Ok(state)
    }
}

/// A rack.
#[derive(Model)]
pub(crate) struct Rack {
    /// Slots.
    slot: BlockSet<Slot>,
}

/// A slot.
#[derive(Model)]
pub(crate) struct Slot {
    /// Number.
    number: i64,
    /// Make.
    #[tf(replace)]
    make: Option<String>,
    /// Serial number.
    serial: Computed<String>,
    /// Heat.
    #[tf(recomputed)]
    heat: Computed<i64>,
}

/// The racks implement only the required methods of a resource.
struct Racks;

#[async_trait]
impl Resource for Racks {
    type Model = Rack;

    fn name(&self) -> &'static str {
        "lab_rack"
    }

    async fn create(&self, mut planned: Rack, _: &Context) -> Result<Rack, Diagnostics> {
        for slot in &mut planned.slot.0 {
            let number = slot.number;
            slot.serial.0.get_or_insert_with(|| format!("s{number}"));
            slot.heat.set(number + 20);
        }
        Ok(planned)
    }

    async fn read(&self, state: Rack, _: &Context) -> Result<Option<Rack>, Diagnostics> {
        Ok(Some(state))
    }

    async fn update(&self, _: Rack, planned: Rack, run: &Context) -> Result<Rack, Diagnostics> {
        self.create(planned, run).await
    }

    async fn delete(&self, _: Rack, _: &Context) -> Result<(), Diagnostics> {
        Ok(())
    }
}

/// A thing.
#[derive(Model)]
pub(crate) struct Thing {
    /// ID.
    id: Computed<String>,
}

/// The things implement all methods of a resource.
struct Things;

#[async_trait]
impl Resource for Things {
    type Model = Thing;

    fn name(&self) -> &'static str {
        "lab_thing"
    }

    fn timeouts(&self) -> Option<Timeouts> {
        Some(Timeouts::minutes(30))
    }

    fn identity(&self) -> Option<Box<dyn Identity>> {
        Some(Box::new(ById))
    }

    fn import(&self, id: &str) -> Result<Vec<(&'static str, Value)>, Diagnostics> {
        Ok(vec![("id", id.into())])
    }

    async fn create(&self, _: Thing, run: &Context) -> Result<Thing, Diagnostics> {
        Ok(Thing { id: format!("{}s", run.timeout.as_secs()).into() })
    }

    async fn read(&self, state: Thing, _: &Context) -> Result<Option<Thing>, Diagnostics> {
        Ok(Some(state))
    }

    async fn update(&self, _: Thing, planned: Thing, _: &Context) -> Result<Thing, Diagnostics> {
        Ok(planned)
    }

    async fn delete(&self, _: Thing, _: &Context) -> Result<(), Diagnostics> {
        Ok(())
    }
}

/// An identity of one part.
struct ById;

impl Identity for ById {
    fn parts(&self) -> Vec<Part> {
        let description = "The ID.".to_owned();
        vec![Part { name: "id".to_owned(), description, optional: false }]
    }

    fn read(&self, id: &str) -> Option<Vec<String>> {
        Some(vec![id.to_owned()])
    }

    fn id(&self, values: &[Option<&str>]) -> Result<String, Diagnostics> {
        Ok(values.iter().flatten().copied().collect())
    }
}

/// Name of the object to read.
#[derive(Model)]
pub(crate) struct Look {
    /// Duration in seconds.
    seconds: Computed<i64>,
}

/// A look.
struct Looks;

#[async_trait]
impl DataSource for Looks {
    type Model = Look;

    fn name(&self) -> &'static str {
        "lab_look"
    }

    async fn read(&self, _: Look, run: &Context) -> Result<Look, Diagnostics> {
        Ok(Look { seconds: i64::try_from(run.timeout.as_secs()).unwrap().into() })
    }
}

/// A session.
#[derive(Model)]
pub(crate) struct Session {
    /// Who.
    user: String,
    /// For how long.
    #[tf(default = 5)]
    minutes: i64,
    /// Token.
    token: Computed<Secret<String>>,
}

/// The sessions.
struct Sessions(Lab);

#[async_trait]
impl EphemeralResource for Sessions {
    type Model = Session;

    fn name(&self) -> &'static str {
        "lab_session"
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        match config.get("user").as_str() {
            Some("nobody") => Diagnostic::error("Nobody has no sessions", "").into(),
            _ => Diagnostics::new(),
        }
    }

    async fn open(&self, asked: Session, run: &Context) -> Result<Opened<Session>, Diagnostics> {
        assert_ne!(asked.user, "crash");
        if asked.user == "thief" {
            return Err(Diagnostic::error("No session for thieves", "").into());
        }
        run.warn(Diagnostic::warning("Opened", ""));
        run.set_private("user", Some(asked.user.clone().into()));
        let token = Secret::new(format!("token of {}", asked.user)).into();
        Ok(Opened { result: Session { token, ..asked }, renew_at: Some(soon()) })
    }

    async fn renew(&self, run: &Context) -> Result<Option<SystemTime>, Diagnostics> {
        self.0.note(format!("renew {}", run.private("user").unwrap()));
        run.set_private("renewed", Some(true.into()));
        Ok(None)
    }

    async fn close(&self, run: &Context) -> Result<(), Diagnostics> {
        let (user, renewed) = (run.private("user").unwrap(), run.private("renewed"));
        let stopped = run.stop.is_cancelled();
        self.0.note(format!("close {user} {} {stopped}", renewed.is_some()));
        Ok(())
    }
}
