//! Azure Policy: three effects that private link meets. Deny refuses a write, Modify changes its
//! body, DeployIfNotExists makes a zone group for an endpoint that has none.

use axum::http::HeaderMap;
use bytes::Bytes;
use serde_json::{Value, json};

use super::within;
use crate::body;
use crate::call::Call;
use crate::error::ArmError;
use crate::id::ResourceId;
use crate::kinds::{self, Write};
use crate::world::{World, fixed_guid};
use crate::write;

const ENDPOINT: &str = "Microsoft.Network/privateEndpoints";

/// The name of the zone group that policies deploy.
const DEPLOYED: &str = "deployedByPolicy";

/// A policy and where it is assigned.
#[derive(Debug, Clone)]
pub struct Policy {
    scope: String,
    assignment: String,
    definition: String,
    kind: String,
    conditions: Vec<Condition>,
    effect: Effect,
}

#[derive(Debug, Clone)]
enum Effect {
    Deny,
    Modify { path: String, value: Value },
    ZoneGroup { group: String, zones: Vec<String>, after: f64 },
}

/// What must hold for Deny to refuse.
#[derive(Debug, Clone)]
struct Condition {
    path: String,
    value: Value,
    equal: bool,
}

impl Policy {
    fn new(kind: &str, assignment: &str, definition: &str, effect: Effect) -> Self {
        Self {
            scope: String::new(),
            assignment: assignment.to_owned(),
            definition: definition.to_owned(),
            kind: kind.to_owned(),
            conditions: Vec::new(),
            effect,
        }
    }

    /// Refuses every write of a type with 403 `RequestDisallowedByPolicy`, unless conditions say
    /// which.
    #[must_use]
    pub fn deny(kind: &str) -> Self {
        Self::new(kind, "deny", &format!("{kind} is not allowed"), Effect::Deny)
    }

    /// Sets a property in every write of a type, for example `properties.publicNetworkAccess`.
    #[must_use]
    pub fn modify(kind: &str, path: &str, value: Value) -> Self {
        let effect = Effect::Modify { path: path.to_owned(), value };
        Self::new(kind, "modify", &format!("Configure {path} of {kind}"), effect)
    }

    /// Makes a zone group `deployedByPolicy` with these zones for each endpoint to `group` whose
    /// connection is not manual and that has none, once the endpoint stands.
    #[must_use]
    pub fn zone_group(group: &str, zones: &[&str]) -> Self {
        let zones = zones.iter().map(|&zone| zone.to_owned()).collect();
        let effect = Effect::ZoneGroup { group: group.to_owned(), zones, after: 0.0 };
        let definition = format!("Configure private endpoints of {group} to use private DNS zones");
        Self::new(ENDPOINT, "deploy-zone-group", &definition, effect)
    }

    /// Lets a deployment come so many seconds of the virtual clock after the endpoint.
    #[must_use]
    pub fn after(mut self, seconds: f64) -> Self {
        if let Effect::ZoneGroup { after, .. } = &mut self.effect {
            *after = seconds.max(0.0);
        }
        self
    }

    /// Refuses only when a value, by its path from the top, is this one.
    #[must_use]
    pub fn when(mut self, path: &str, value: Value) -> Self {
        self.conditions.push(Condition { path: path.to_owned(), value, equal: true });
        self
    }

    /// Refuses only when a value, by its path from the top, is not this one.
    #[must_use]
    pub fn unless(mut self, path: &str, value: Value) -> Self {
        self.conditions.push(Condition { path: path.to_owned(), value, equal: false });
        self
    }

    /// Where it is assigned: the ID of a subscription, a group or a resource.
    #[must_use]
    pub fn at(mut self, scope: &str) -> Self {
        scope.clone_into(&mut self.scope);
        self
    }

    /// What the assignment and the definition are called.
    #[must_use]
    pub fn named(mut self, assignment: &str, definition: &str) -> Self {
        assignment.clone_into(&mut self.assignment);
        definition.clone_into(&mut self.definition);
        self
    }

    /// Reads the form that the control API takes.
    pub(super) fn from_json(order: &Value) -> Result<Self, String> {
        let text = |name: &str| order[name].as_str().ok_or(format!("{name} is missing"));
        let mut policy = match text("effect")? {
            "deny" => Self::deny(text("type")?),
            "modify" => Self::modify(text("type")?, text("path")?, order["value"].clone()),
            "deployIfNotExists" => {
                let zones = order["zones"].as_array().ok_or("zones is not a list")?;
                let zones = zones.iter().map(Value::as_str).collect::<Option<Vec<&str>>>();
                let zones = zones.ok_or("zones is not a list of IDs")?;
                let policy = Self::zone_group(text("group")?, &zones);
                policy.after(order["after"].as_f64().unwrap_or_default())
            }
            other => return Err(format!("unknown effect '{other}'")),
        };
        for (list, equal) in [("when", true), ("unless", false)] {
            for (path, value) in order[list].as_object().into_iter().flatten() {
                let (path, value) = (path.clone(), value.clone());
                policy.conditions.push(Condition { path, value, equal });
            }
        }
        let name = |name: &str, default: &str| order[name].as_str().unwrap_or(default).to_owned();
        policy.assignment = name("assignment", &policy.assignment);
        policy.definition = name("definition", &policy.definition);
        Ok(policy.at(order["scope"].as_str().unwrap_or_default()))
    }

    fn meets(&self, kind: &str, scope: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind) && within(&self.scope, scope)
    }

    fn refuses(&self, next: &Value) -> bool {
        let holds = |one: &Condition| (at(next, &one.path) == &one.value) == one.equal;
        matches!(self.effect, Effect::Deny) && self.conditions.iter().all(holds)
    }

    fn names(&self, subscription: &str) -> Names {
        let guid = fixed_guid(&format!("policy {}", self.definition)).to_string();
        let scope = match self.scope.trim_end_matches('/') {
            "" => format!("/subscriptions/{subscription}"),
            scope => scope.to_owned(),
        };
        let namespace = "providers/Microsoft.Authorization";
        let assignment = format!("{scope}/{namespace}/policyAssignments/{}", self.assignment);
        let definition = format!("/{namespace}/policyDefinitions/{guid}");
        Names { guid, scope, assignment, definition }
    }

    /// The assignment as ARM shows it.
    fn show(&self, subscription: &str) -> Value {
        let Names { scope, assignment, definition, .. } = self.names(subscription);
        let parameters = match self.effect {
            Effect::Modify { .. } => json!({ "effect": { "value": "Modify" } }),
            Effect::Deny | Effect::ZoneGroup { .. } => json!({}),
        };
        json!({
            "id": assignment,
            "name": self.assignment,
            "type": "Microsoft.Authorization/policyAssignments",
            "properties": {
                "displayName": self.definition,
                "policyDefinitionId": definition,
                "scope": scope,
                "enforcementMode": "Default",
                "parameters": parameters,
            },
        })
    }

    /// The refusal, with all that ARM tells of the policy.
    fn refusal(&self, write: &Write<'_>, subscription: &str, next: &Value) -> ArmError {
        let Names { guid, scope, assignment, definition } = self.names(subscription);
        let identifiers = json!([{
            "policyAssignment": { "name": self.assignment, "id": assignment },
            "policyDefinition": { "name": self.definition, "id": definition, "version": "1.0.0" },
        }]);
        let name = write.id.name();
        let text = format!(
            "Resource '{name}' was disallowed by policy. Policy identifiers: '{identifiers}'."
        );
        let field = |path: &str, target: &Value, equal: bool| {
            json!({
                "result": "True",
                "expressionKind": "Field",
                "expression": path,
                "path": path,
                "expressionValue": at(next, path),
                "targetValue": target,
                "operator": if equal { "Equals" } else { "NotEquals" },
            })
        };
        let mut evaluated = vec![field("type", &json!(self.kind), true)];
        evaluated.extend(self.conditions.iter().map(|c| field(&c.path, &c.value, c.equal)));
        let info = json!({
            "evaluationDetails": { "evaluatedExpressions": evaluated },
            "policyDefinitionId": definition,
            "policyDefinitionName": guid,
            "policyDefinitionDisplayName": self.definition,
            "policyDefinitionVersion": "1.0.0",
            "policyDefinitionEffect": "deny",
            "policyAssignmentId": assignment,
            "policyAssignmentName": self.assignment,
            "policyAssignmentDisplayName": self.assignment,
            "policyAssignmentScope": scope,
            "policyAssignmentParameters": {},
            "policyExemptionIds": [],
        });
        let mut error = ArmError::new(403, "RequestDisallowedByPolicy", text);
        error.target = Some(name.into());
        error.information("PolicyViolation", info)
    }
}

/// What ARM calls a policy and where it is.
struct Names {
    guid: String,
    scope: String,
    assignment: String,
    definition: String,
}

/// A value by its path from the top, with dots; null where there is none.
fn at<'a>(body: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(body, |value, name| &value[name])
}

/// A deployment that waits for its time.
#[derive(Debug)]
struct Waiting {
    due: f64,
    endpoint: ResourceId,
    zones: Vec<String>,
}

/// All policies, and what they are about to do.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    list: Vec<Policy>,
    waiting: Vec<Waiting>,
    /// Why deployments failed; nobody is told, as in Azure.
    pub(crate) failures: Vec<String>,
}

impl Policies {
    /// Assigns one.
    pub(crate) fn add(&mut self, policy: Policy) {
        self.list.push(policy);
    }

    /// How many are assigned.
    pub(crate) fn count(&self) -> usize {
        self.list.len()
    }

    /// The assignments that hold at a scope: those made there or above it.
    pub(super) fn assignments(&self, subscription: &str, scope: &str) -> Value {
        let holds = |policy: &&Policy| within(&policy.scope, scope);
        let list = self.list.iter().filter(holds).map(|policy| policy.show(subscription));
        json!({ "value": list.collect::<Vec<_>>() })
    }

    /// Changes a body as Modify policies want it.
    pub(super) fn modify(&self, kind: &str, scope: &str, body: &mut Value) {
        for policy in self.list.iter().filter(|policy| policy.meets(kind, scope)) {
            if let Effect::Modify { path, value } = &policy.effect {
                let inside =
                    path.rsplit('.').fold(value.clone(), |value, name| json!({ name: value }));
                body::merge(body, &inside);
            }
        }
    }

    /// Refuses a write as Deny policies want it.
    pub(super) fn check(&self, kind: &str, write: &Write<'_>) -> Result<(), ArmError> {
        let scope = write.id.to_string();
        let mut next =
            if write.patch { write.before.cloned().unwrap_or_default() } else { json!({}) };
        body::merge(&mut next, write.body);
        next["type"] = json!(kind);
        let mut met = self.list.iter().filter(|policy| policy.meets(kind, &scope));
        match met.find(|policy| policy.refuses(&next)) {
            Some(policy) => Err(policy.refusal(write, &write.id.subscription, &next)),
            None => Ok(()),
        }
    }
}

/// Plans the deployments that a completed write calls for.
pub(crate) fn plan(world: &mut World, id: &ResourceId) {
    if !id.is_kind(ENDPOINT) {
        return;
    }
    let scope = id.to_string();
    let Some(endpoint) = world.store.get(&scope) else { return };
    let connection = &endpoint.body["properties"]["privateLinkServiceConnections"][0];
    let own = connection["properties"]["groupIds"][0].as_str().unwrap_or_default();
    let now = world.clock.now();
    let mut planned = Vec::new();
    for policy in world.rules.policies.list.iter().filter(|one| one.meets(ENDPOINT, &scope)) {
        if let Effect::ZoneGroup { group, zones, after } = &policy.effect
            && group.eq_ignore_ascii_case(own)
        {
            let (due, zones) = (now + after, zones.clone());
            planned.push(Waiting { due, endpoint: id.clone(), zones });
        }
    }
    world.rules.policies.waiting.extend(planned);
}

/// Carries out the deployments whose time has come.
pub(crate) fn deploy(world: &mut World) {
    let now = world.clock.now();
    let waiting = std::mem::take(&mut world.rules.policies.waiting);
    let (due, later) = waiting.into_iter().partition(|one| one.due <= now);
    world.rules.policies.waiting = later;
    for one in due {
        if let Err(error) = zone_group(world, &one) {
            let text = format!("{}: {}: {}", one.endpoint, error.code, error.message);
            world.rules.policies.failures.push(text);
        }
    }
}

fn zone_group(world: &mut World, one: &Waiting) -> Result<(), ArmError> {
    let endpoint = one.endpoint.to_string();
    let Some(found) = world.store.get(&endpoint) else { return Ok(()) };
    let connection = &found.body["properties"]["privateLinkServiceConnections"][0];
    let group = connection["properties"]["groupIds"][0].as_str().unwrap_or_default().to_owned();
    if world.store.children(&endpoint, "privateDnsZoneGroups").next().is_some() {
        return Ok(());
    }
    const ORDINALS: [&str; 5] = ["p", "secondP", "thirdP", "fourthP", "fifthP"];
    let config = |(zone, ordinal): (&String, &&str)| {
        json!({
            "name": format!("{group}-{ordinal}rivateDnsZone"),
            "properties": { "privateDnsZoneId": zone },
        })
    };
    let configs: Vec<Value> = one.zones.iter().zip(&ORDINALS).map(config).collect();
    let body = json!({ "properties": { "privateDnsZoneConfigs": configs } });
    let id = one.endpoint.child("privateDnsZoneGroups", DEPLOYED);
    let Some(kind) = kinds::of(&id) else { return Ok(()) };
    let call = Call::new("PUT", &id.to_string(), "", HeaderMap::new(), Bytes::new());
    write::put(world, &call, kind, (&id, kind.facts().newest()), &body).map(|_| ())
}
