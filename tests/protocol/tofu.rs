//! A client that calls a provider as OpenTofu does. No OpenTofu runs here: the calls follow the
//! source of OpenTofu 1.13.0-dev of August 2026 (<https://github.com/opentofu/opentofu>, commit
//! f831fa1), and the comments name its files.
//!
//! Its `docs/plugin-protocol/tfplugin5.10.proto` equals Terraform's protocol 5.10. What differs is
//! what the client sends, and what it never sends: it calls no list, no action, no
//! `GenerateResourceConfig`, and no `GetMetadata`.

use crate::identities::Identities;
use crate::process::Start;
use crate::rules;
use crate::session::{Session, answered, decoded, errors, path, sound};
use crate::shape::Subject;
use crate::world;
use emulator::Emulator;
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::value::Value;
use serde_json::Value as Json;

/// Version that OpenTofu sends with Configure: that of the Terraform whose features it has
/// (`version/version.go`, `VersionToImpersonateForProviders`).
const VERSION: &str = "1.13.0";

/// Returns the capabilities of every call. Terraform allows deferrals in its apply phase; OpenTofu
/// never does (`internal/plugin/grpc_provider.go`, `clientCapabilities`).
fn capabilities() -> Option<wire::ClientCapabilities> {
    Some(wire::ClientCapabilities { write_only_attributes_allowed: true, ..Default::default() })
}

/// Returns the settings of a process: mutual TLS, and the protocols of
/// `internal/plugin/plugin.go`, `VersionedPlugins`.
fn start(azure: &Emulator) -> Start {
    world::signed_in(azure, Start::by_terraform()).variable("PLUGIN_PROTOCOL_VERSIONS", "5,6")
}

/// Azure, and the schemas that OpenTofu reads once for a command.
pub(crate) struct Command {
    pub(crate) azure: Emulator,
    subjects: Vec<Subject>,
    identities: Identities,
    pub(crate) functions: Vec<String>,
}

impl Command {
    /// Reads the schemas from a process that then ends (`internal/plugins/provider.go`). No later
    /// process is asked for them, because the provider's capabilities say that it need not be.
    pub(crate) async fn new() -> Self {
        let azure = Emulator::builder().start().await.unwrap();
        let session = Session::of(start(&azure).run().await).await;
        let schemas = session.schemas().await;
        let server = schemas.server_capabilities.unwrap();
        assert!(server.get_provider_schema_optional && server.plan_destroy);
        // `getProviderSchema` calls GetResourceIdentitySchemas after GetSchema.
        let identities = Identities::of(&session).await;
        ended(session).await;
        let mut functions: Vec<_> = schemas.functions.keys().cloned().collect();
        functions.sort();
        Self { azure, subjects: Subject::all(&schemas), identities, functions }
    }

    pub(crate) fn resource(&self, name: &str) -> &Subject {
        self.subjects.iter().find(|it| it.is_resource() && it.name == name).unwrap()
    }

    pub(crate) fn id(&self, path: &str) -> String {
        format!("{}/providers/{path}", self.azure.group_id())
    }

    pub(crate) fn zone_id(&self, name: &str) -> String {
        self.id(&format!("Microsoft.Network/privateDnsZones/{name}"))
    }

    /// Starts a process, validates its configuration, and configures it
    /// (`internal/plugins/provider.go`, `NewConfiguredProvider`).
    pub(crate) async fn phase(&self) -> Phase<'_> {
        let session = Session::of(start(&self.azure).run().await).await;
        let provider = &self.subjects[0];
        let config = provider.shape.empty();
        assert!(session.validate(provider, &config).await.is_empty());
        let request = wire::configure::Request {
            terraform_version: VERSION.to_owned(),
            config: Some(codec::encode(&config, &provider.ty)),
            client_capabilities: capabilities(),
        };
        let answer = answered("Configure", session.calls().configure(request).await);
        assert!(answer.diagnostics.is_empty(), "{answer:#?}");
        Phase { identities: &self.identities, session }
    }

    /// Plans and applies, each in its own process. The apply plans again, with the private data of
    /// the state (`internal/tofu/node_resource_apply_instance.go`).
    pub(crate) async fn apply(&self, of: &Subject, prior: &Object, config: &Value) -> Object {
        let phase = self.phase().await;
        assert!(errors(&phase.session.validate(of, config).await).is_empty());
        let planned = phase.plan(of, prior, config).await;
        phase.end().await;
        let phase = self.phase().await;
        let again = phase.plan(of, prior, config).await;
        assert_eq!(again.object.value, planned.object.value, "{}", of.name);
        let object = phase.apply(of, prior, &again, config).await;
        phase.end().await;
        object
    }

    /// Plans and applies a destroy, with a null configuration.
    pub(crate) async fn destroy(&self, of: &Subject, prior: &Object) {
        let phase = self.phase().await;
        let refreshed = phase.refresh(of, prior).await;
        let planned = phase.plan(of, &refreshed, &Value::Null).await;
        phase.end().await;
        let phase = self.phase().await;
        let object = phase.apply(of, &refreshed, &planned, &Value::Null).await;
        assert!(object.value.is_null(), "{object:#?}");
        phase.end().await;
    }
}

/// Ends a process as OpenTofu does at the end of a phase (`GRPCProvider.Close`).
async fn ended(session: Session) {
    let ended = session.process.shut_down().await;
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stdout.lines().count(), 1, "{ended:?}");
}

/// One configured process.
pub(crate) struct Phase<'a> {
    identities: &'a Identities,
    pub(crate) session: Session,
}

/// A resource in the state.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) value: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Option<wire::ResourceIdentityData>,
}

impl Object {
    pub(crate) fn none() -> Self {
        Self { value: Value::Null, private: Vec::new(), identity: None }
    }
}

/// A planned change.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) object: Object,
    pub(crate) replace: Vec<String>,
}

impl Phase<'_> {
    pub(crate) async fn end(self) {
        ended(self.session).await;
    }

    /// Asserts that a call reported nothing.
    fn quiet(of: &Subject, found: Vec<wire::Diagnostic>) {
        let found = sound(&of.name, found);
        assert!(found.is_empty(), "{found:#?}");
    }

    pub(crate) async fn plan(&self, of: &Subject, prior: &Object, config: &Value) -> Change {
        let proposed = match config.is_null() {
            true => Value::Null,
            false => rules::proposed(&of.shape, &prior.value, config),
        };
        let encoded = |value: &Value| Some(codec::encode(value, &of.ty));
        let request = wire::plan_resource_change::Request {
            type_name: of.name.clone(),
            prior_state: encoded(&prior.value),
            proposed_new_state: encoded(&proposed),
            config: encoded(config),
            prior_private: prior.private.clone(),
            prior_identity: prior.identity.clone(),
            client_capabilities: capabilities(),
            ..Default::default()
        };
        let answer = self.session.calls().plan_resource_change(request).await;
        let answer = answered(&of.name, answer);
        Self::quiet(of, answer.diagnostics);
        assert_eq!(answer.deferred, None);
        let value = decoded(&of.name, answer.planned_state.as_ref(), &of.ty);
        if !config.is_null() {
            let broken = rules::broken(&of.shape, &prior.value, config, &value);
            assert!(broken.is_empty(), "{broken:?}");
        }
        let replace = answer.requires_replace.iter().map(|it| path(it).to_string()).collect();
        let (private, identity) = (answer.planned_private, answer.planned_identity);
        Change { object: Object { value, private, identity }, replace }
    }

    /// Applies a change. The request has no capabilities.
    pub(crate) async fn apply(
        &self,
        of: &Subject,
        prior: &Object,
        plan: &Change,
        config: &Value,
    ) -> Object {
        let encoded = |value: &Value| Some(codec::encode(value, &of.ty));
        let request = wire::apply_resource_change::Request {
            type_name: of.name.clone(),
            prior_state: encoded(&prior.value),
            planned_state: encoded(&plan.object.value),
            config: encoded(config),
            planned_private: plan.object.private.clone(),
            planned_identity: plan.object.identity.clone(),
            ..Default::default()
        };
        let answer = self.session.calls().apply_resource_change(request).await;
        let answer = answered(&of.name, answer);
        Self::quiet(of, answer.diagnostics);
        let value = decoded(&of.name, answer.new_state.as_ref(), &of.ty);
        let unkept = rules::unkept(&of.ty, &plan.object.value, &value);
        assert!(unkept.is_empty(), "{unkept:?}");
        if !value.is_null() {
            self.identities.read(&of.name, answer.new_identity.as_ref());
        }
        Object { value, private: answer.private, identity: answer.new_identity }
    }

    /// Reads an object of the state. Its JSON is upgraded first, with an equal version too
    /// (`internal/tofu/upgrade_resource_state.go`).
    pub(crate) async fn refresh(&self, of: &Subject, object: &Object) -> Object {
        let raw = codec::to_json(&object.value, &of.ty).to_string().into_bytes();
        let request = wire::upgrade_resource_state::Request {
            type_name: of.name.clone(),
            version: of.version,
            raw_state: Some(wire::RawState { json: raw, ..Default::default() }),
        };
        let answer = self.session.calls().upgrade_resource_state(request).await;
        let answer = answered(&of.name, answer);
        Self::quiet(of, answer.diagnostics);
        let value = decoded(&of.name, answer.upgraded_state.as_ref(), &of.ty);
        assert_eq!(value, object.value);
        self.read(of, object).await
    }

    async fn read(&self, of: &Subject, object: &Object) -> Object {
        let request = wire::read_resource::Request {
            type_name: of.name.clone(),
            current_state: Some(codec::encode(&object.value, &of.ty)),
            private: object.private.clone(),
            current_identity: object.identity.clone(),
            client_capabilities: capabilities(),
            ..Default::default()
        };
        let answer = answered(&of.name, self.session.calls().read_resource(request).await);
        Self::quiet(of, answer.diagnostics);
        assert_eq!(answer.deferred, None);
        let value = decoded(&of.name, answer.new_state.as_ref(), &of.ty);
        self.identities.read(&of.name, answer.new_identity.as_ref());
        Object { value, private: answer.private, identity: answer.new_identity }
    }

    /// Imports an object by ID or by identity, never by both (`ImportResourceState`), and reads it.
    pub(crate) async fn import(&self, of: &Subject, id: &str, identity: Option<&Object>) -> Object {
        let request = wire::import_resource_state::Request {
            type_name: of.name.clone(),
            id: id.to_owned(),
            identity: identity.and_then(|it| it.identity.clone()),
            client_capabilities: capabilities(),
        };
        let answer = self.session.calls().import_resource_state(request).await;
        let answer = answered(&of.name, answer);
        Self::quiet(of, answer.diagnostics.clone());
        let [object] = &answer.imported_resources[..] else { panic!("{answer:#?}") };
        let (private, identity) = (object.private.clone(), object.identity.clone());
        let value = decoded(&of.name, object.state.as_ref(), &of.ty);
        self.read(of, &Object { value, private, identity }).await
    }

    /// Moves a state of another type, and reads the object. OpenTofu sends no source identity, and
    /// ignores the identity of the response (`MoveResourceState`).
    pub(crate) async fn moved(&self, of: &Subject, source: (&str, &str), state: &Json) -> Object {
        let request = wire::move_resource_state::Request {
            source_provider_address: source.0.to_owned(),
            source_type_name: source.1.to_owned(),
            source_state: Some(wire::RawState {
                json: state.to_string().into_bytes(),
                ..Default::default()
            }),
            source_private: b"{\"schema_version\":\"0\"}".to_vec(),
            target_type_name: of.name.clone(),
            ..Default::default()
        };
        let answer = self.session.calls().move_resource_state(request).await;
        let answer = answered(&of.name, answer);
        Self::quiet(of, answer.diagnostics);
        let value = decoded(&of.name, answer.target_state.as_ref(), &of.ty);
        self.read(of, &Object { value, private: answer.target_private, identity: None }).await
    }
}
