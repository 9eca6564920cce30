//! Azure Policy with the three effects that affect private link. Deny refuses a write. Modify
//! changes its body. DeployIfNotExists creates a zone group for an endpoint without one, or assigns
//! roles to the identity of a Foundry project.

use serde_json::{Value, json};

use crate::arm_error::ArmError;
use crate::guid::fixed_guid;
use crate::merge_patch;
use crate::resource_id::{ResourceId, within};

const ENDPOINT: &str = "Microsoft.Network/privateEndpoints";
pub(crate) const PROJECT: &str = "Microsoft.CognitiveServices/accounts/projects";

const HOST: &str = "Microsoft.CognitiveServices/accounts/projects/capabilityHosts";

/// Roles that the identity of a project needs in the stores of its agents: Cosmos DB Operator,
/// Storage Blob Data Contributor, Search Index Data Contributor, Search Service Contributor.
pub(crate) const AGENT_ROLES: [&str; 4] = [
    "230815da-be43-4aae-9cb4-875f7bd000aa",
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "8ebe5a00-799e-43f5-93ac-243d3dce84a7",
    "7ca78c08-252a-4471-8644-bb5ff32d4ba0",
];

/// A policy with its assignment.
#[derive(Debug, Clone)]
pub struct Policy {
    scope: String,
    assignment: String,
    definition: String,
    resource_type: String,
    conditions: Vec<Condition>,
    effect: Effect,
}

#[derive(Debug, Clone)]
enum Effect {
    Deny,
    Modify { path: String, value: Value },
    ZoneGroup { group: String, zones: Vec<String>, after: f64 },
    AgentRoles { after: f64 },
}

/// Condition of a Deny policy.
#[derive(Debug, Clone)]
struct Condition {
    path: String,
    value: Value,
    equal: bool,
}

impl Policy {
    fn new(resource_type: &str, assignment: &str, definition: &str, effect: Effect) -> Self {
        Self {
            scope: String::new(),
            assignment: assignment.to_owned(),
            definition: definition.to_owned(),
            resource_type: resource_type.to_owned(),
            conditions: Vec::new(),
            effect,
        }
    }

    /// Creates a policy that refuses every write of a type with 403 `RequestDisallowedByPolicy`,
    /// unless conditions restrict it.
    #[must_use]
    pub fn deny(resource_type: &str) -> Self {
        Self::new(resource_type, "deny", &format!("{resource_type} is not allowed"), Effect::Deny)
    }

    /// Creates a policy that sets a property in every write of a type, for example
    /// `properties.publicNetworkAccess`.
    #[must_use]
    pub fn modify(resource_type: &str, path: &str, value: Value) -> Self {
        let effect = Effect::Modify { path: path.to_owned(), value };
        Self::new(resource_type, "modify", &format!("Configure {path} of {resource_type}"), effect)
    }

    /// Creates a policy that deploys a zone group `deployedByPolicy` with these zones to each
    /// endpoint to `group`, if its connection is not manual and it has no zone group, once the
    /// endpoint exists.
    #[must_use]
    pub fn zone_group(group: &str, zones: &[&str]) -> Self {
        let zones = zones.iter().map(|&zone| zone.to_owned()).collect();
        let effect = Effect::ZoneGroup { group: group.to_owned(), zones, after: 0.0 };
        let definition = format!("Configure private endpoints of {group} to use private DNS zones");
        Self::new(ENDPOINT, "deploy-zone-group", &definition, effect)
    }

    /// Creates a policy that assigns the roles that agents need in their stores to the identity of
    /// each new Foundry project, at the policy's scope.
    #[must_use]
    pub fn agent_roles() -> Self {
        let definition = "Assign the roles that agents need to the identities of Foundry projects";
        Self::new(PROJECT, "assign-agent-roles", definition, Effect::AgentRoles { after: 0.0 })
    }

    /// Creates a policy that assigns Cosmos DB's built-in data role to the identity of the project
    /// of each new capability host, on the account that stores its threads.
    #[must_use]
    pub fn agent_data_role() -> Self {
        let definition = "Assign the role that agents need for their data in Cosmos DB";
        Self::new(HOST, "assign-agent-data-role", definition, Effect::AgentRoles { after: 0.0 })
    }

    /// Delays deployments by this number of seconds of the virtual clock after the resource that
    /// they are for.
    #[must_use]
    pub fn after(mut self, seconds: f64) -> Self {
        if let Effect::ZoneGroup { after, .. } | Effect::AgentRoles { after } = &mut self.effect {
            *after = seconds.max(0.0);
        }
        self
    }

    /// Restricts a Deny policy to writes in which a value, by its path from the top, equals this
    /// one.
    #[must_use]
    pub fn when(mut self, path: &str, value: Value) -> Self {
        self.conditions.push(Condition { path: path.to_owned(), value, equal: true });
        self
    }

    /// Restricts a Deny policy to writes in which a value, by its path from the top, differs from
    /// this one.
    #[must_use]
    pub fn unless(mut self, path: &str, value: Value) -> Self {
        self.conditions.push(Condition { path: path.to_owned(), value, equal: false });
        self
    }

    /// Sets the scope of the assignment: the ID of a subscription, a group or a resource.
    #[must_use]
    pub fn at(mut self, scope: &str) -> Self {
        scope.clone_into(&mut self.scope);
        self
    }

    /// Sets the names of the assignment and the definition.
    #[must_use]
    pub fn named(mut self, assignment: &str, definition: &str) -> Self {
        assignment.clone_into(&mut self.assignment);
        definition.clone_into(&mut self.definition);
        self
    }

    /// Parses the form of the control API.
    pub(super) fn from_json(order: &Value) -> Result<Self, String> {
        let text = |name: &str| order[name].as_str().ok_or(format!("{name} is missing"));
        let mut policy = match text("effect")? {
            "deny" => Self::deny(text("type")?),
            "modify" => Self::modify(text("type")?, text("path")?, order["value"].clone()),
            "assignAgentRoles" => {
                Self::agent_roles().after(order["after"].as_f64().unwrap_or_default())
            }
            "assignAgentDataRole" => {
                Self::agent_data_role().after(order["after"].as_f64().unwrap_or_default())
            }
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

    fn meets(&self, resource_type: &str, scope: &str) -> bool {
        self.resource_type.eq_ignore_ascii_case(resource_type) && within(&self.scope, scope)
    }

    fn refuses(&self, next: &Value) -> bool {
        let holds = |one: &Condition| (at(next, &one.path) == &one.value) == one.equal;
        matches!(self.effect, Effect::Deny) && self.conditions.iter().all(holds)
    }

    fn names(&self, subscription: &str) -> PolicyIds {
        let guid = fixed_guid(&format!("policy {}", self.definition)).to_string();
        let scope = match self.scope.trim_end_matches('/') {
            "" => format!("/subscriptions/{subscription}"),
            scope => scope.to_owned(),
        };
        let namespace = "providers/Microsoft.Authorization";
        let assignment = format!("{scope}/{namespace}/policyAssignments/{}", self.assignment);
        let definition = format!("/{namespace}/policyDefinitions/{guid}");
        PolicyIds { guid, scope, assignment, definition }
    }

    /// Returns the assignment in ARM's form.
    fn show(&self, subscription: &str) -> Value {
        let PolicyIds { scope, assignment, definition, .. } = self.names(subscription);
        let parameters = match self.effect {
            Effect::Modify { .. } => json!({ "effect": { "value": "Modify" } }),
            Effect::Deny | Effect::ZoneGroup { .. } | Effect::AgentRoles { .. } => json!({}),
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

    /// Returns the error of a Deny policy, with all details that ARM returns.
    fn refusal(&self, id: &ResourceId, next: &Value) -> ArmError {
        let PolicyIds { guid, scope, assignment, definition } = self.names(&id.subscription);
        let identifiers = json!([{
            "policyAssignment": { "name": self.assignment, "id": assignment },
            "policyDefinition": { "name": self.definition, "id": definition, "version": "1.0.0" },
        }]);
        let name = id.name();
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
        let mut evaluated = vec![field("type", &json!(self.resource_type), true)];
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

/// ARM's IDs of a policy.
struct PolicyIds {
    guid: String,
    scope: String,
    assignment: String,
    definition: String,
}

/// Returns the value at a path with dots from the top, or null if there is none.
fn at<'a>(body: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(body, |value, name| &value[name])
}

/// A deployment that is not due yet.
#[derive(Debug)]
pub(crate) struct PendingDeployment {
    due: f64,
    /// The endpoint or the project.
    pub(crate) target: ResourceId,
    /// The deployment.
    pub(crate) deployment: Deployment,
}

/// Content of a deployment.
#[derive(Debug)]
pub(crate) enum Deployment {
    /// A zone group with the zones of these IDs.
    ZoneGroup(Vec<String>),
    /// These roles at this scope, for the project's identity.
    Roles(&'static [&'static str], String),
    /// The data role in the Cosmos DB account of a capability host.
    DataRole,
}

/// All policies, with their pending deployments.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    list: Vec<Policy>,
    pending: Vec<PendingDeployment>,
    /// Reasons of failed deployments. As in Azure, no client gets them.
    pub(crate) failures: Vec<String>,
}

impl Policies {
    /// Assigns a policy.
    pub(crate) fn add(&mut self, policy: Policy) {
        self.list.push(policy);
    }

    /// Returns the number of assigned policies.
    pub(crate) fn count(&self) -> usize {
        self.list.len()
    }

    /// Returns the assignments that apply at a scope: those made at the scope or above it.
    pub(crate) fn assignments(&self, subscription: &str, scope: &str) -> Value {
        let holds = |policy: &&Policy| within(&policy.scope, scope);
        let list = self.list.iter().filter(holds).map(|policy| policy.show(subscription));
        json!({ "value": list.collect::<Vec<_>>() })
    }

    /// Changes a body according to the Modify policies.
    pub(crate) fn modify(&self, resource_type: &str, scope: &str, body: &mut Value) {
        for policy in self.list.iter().filter(|policy| policy.meets(resource_type, scope)) {
            if let Effect::Modify { path, value } = &policy.effect {
                let inside =
                    path.rsplit('.').fold(value.clone(), |value, name| json!({ name: value }));
                merge_patch::merge(body, &inside);
            }
        }
    }

    /// Refuses a write that results in `next`, if a Deny policy matches.
    pub(crate) fn check(
        &self,
        resource_type: &str,
        id: &ResourceId,
        mut next: Value,
    ) -> Result<(), ArmError> {
        let scope = id.to_string();
        next["type"] = json!(resource_type);
        let mut assigned = self.list.iter().filter(|policy| policy.meets(resource_type, &scope));
        match assigned.find(|policy| policy.refuses(&next)) {
            Some(policy) => Err(policy.refusal(id, &next)),
            None => Ok(()),
        }
    }

    /// Plans the deployments that a completed write triggers.
    pub(crate) fn plan(&mut self, id: &ResourceId, body: &Value, now: f64) {
        let scope = id.to_string();
        let Some(of_type) = [ENDPOINT, PROJECT, HOST].into_iter().find(|it| id.is_type(it)) else {
            return;
        };
        let own = link_group(body);
        for policy in self.list.iter().filter(|one| one.meets(of_type, &scope)) {
            let (after, deployment) = match &policy.effect {
                Effect::ZoneGroup { group, zones, after } if group.eq_ignore_ascii_case(own) => {
                    (after, Deployment::ZoneGroup(zones.clone()))
                }
                Effect::AgentRoles { after } if of_type == HOST => (after, Deployment::DataRole),
                Effect::AgentRoles { after } => {
                    let scope = policy.names(&id.subscription).scope;
                    (after, Deployment::Roles(&AGENT_ROLES, scope))
                }
                _ => continue,
            };
            self.pending.push(PendingDeployment {
                due: now + after,
                target: id.clone(),
                deployment,
            });
        }
    }

    /// Returns the deployments that are due, each once.
    pub(crate) fn due(&mut self, now: f64) -> Vec<PendingDeployment> {
        self.pending.extract_if(.., |one| one.due <= now).collect()
    }
}

/// Returns the group of an endpoint whose connection is not manual.
pub(crate) fn link_group(endpoint: &Value) -> &str {
    let connection = &endpoint["properties"]["privateLinkServiceConnections"][0];
    connection["properties"]["groupIds"][0].as_str().unwrap_or_default()
}
