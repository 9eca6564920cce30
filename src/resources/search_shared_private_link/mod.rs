//! `azureai_search_shared_private_link`

pub mod list;

use crate::assessment::foundry::has_failed;
use crate::assessment::outbound::approving_action;
use crate::engine::prelude::*;
use crate::engine::resource::Approval;
use crate::private_link::arm_types::{
    AI_SERVICES_ACCOUNT, COSMOS_DB_ACCOUNT, SEARCH_SERVICE, SHARED_PRIVATE_LINK,
};
use crate::private_link::connection;
use crate::resources::common::names;
use std::time::Duration;

/// Manages a shared private link of a search service: the private endpoint through which its
/// indexers and skills reach a resource.
///
/// The target's owner approves the connection manually, or this resource does with `approve =
/// true`. Until then, `status` shows the state of the connection. A search service accepts one
/// change of its links at a time, so Terraform creates them one after the other.
#[derive(Model, Clone)]
pub struct SharedPrivateLink {
    /// ID of the shared private link.
    #[tf(id, same = validators::same_id)]
    id: Computed<String>,
    /// Name of the shared private link. Must have 1 to 60 letters, digits, `_`, `.` and `-`, and
    /// begin with a letter or digit.
    #[tf(replace, check = Check::text(name), same = validators::same_name)]
    name: String,
    /// ID of the search service.
    #[tf(replace, check = validators::id_of(SEARCH), same = validators::same_id)]
    search_service_id: String,
    /// ID of the resource that the link connects to.
    #[tf(replace, check = validators::any_id(), same = validators::same_id)]
    target_resource_id: String,
    /// Group ID of the target, as the search service names it, such as `blob`, `table`, `dfs`,
    /// `file`, `Sql` (Cosmos DB), `sqlServer`, `vault`, `sites`, `openai_account` or
    /// `cognitiveservices_account`.
    #[tf(replace, check = validators::part())]
    subresource_name: String,
    /// Message to the target's owner, at most 140 characters.
    #[tf(check = validators::length(1, 140))]
    request_message: OptionalComputed<String>,
    /// Azure region of the target, if the service cannot determine the region.
    #[tf(replace, check = validators::given(), same = validators::same_region)]
    resource_region: OptionalComputed<String>,
    /// If `true`, the identity that runs Terraform approves the connection on the target once Azure
    /// has created the link. The identity needs the right to approve connections there.
    #[tf(default = false)]
    approve: bool,
    /// State of the connection: `Pending`, `Approved`, `Rejected` or `Disconnected`.
    #[tf(recomputed_with("approve", "request_message"))]
    status: Computed<String>,
    /// Provisioning state of the link: `Succeeded`, `Updating`, `Deleting`, `Incomplete` or
    /// `Failed`.
    #[tf(recomputed_with("request_message"))]
    provisioning_state: Computed<String>,
}

const SEARCH: &[&str] = &[SEARCH_SERVICE.name];

/// How long Azure can take to show an approval of this resource.
const APPROVED_WITHIN: Duration = Duration::from_secs(600);

/// Checks the name of a link.
fn name(text: &str) -> Result<(), String> {
    names::check(text, "a shared private link name", 1..=60, &['_', '.', '-'])
}

impl SharedPrivateLink {
    fn is(&self, status: &str) -> bool {
        self.status.get().is_some_and(|it| it.eq_ignore_ascii_case(status))
    }

    /// Returns `true` if Azure has created the link. A connection that is approved earlier can fail
    /// later (Microsoft Learn, "Troubleshoot shared private links").
    fn is_made(&self) -> bool {
        let state = self.provisioning_state.get();
        state.is_some_and(|state| state.eq_ignore_ascii_case("Succeeded"))
    }

    /// Returns the error about a connection that does not become approved.
    fn unapproved(&self, target: &ResourceId) -> Diagnostic {
        let summary = format!("The connection to {:?} is not approved", target.name());
        let detail = format!(
            "Either this resource found no waiting connection of the link on the target, or Azure \
             does not show the approval yet. The identity that runs Terraform needs the action {} \
             on {target}. The link exists, and each apply tries the approval again while the \
             connection waits. List the connections:\n\n  az network \
             private-endpoint-connection list --id {target}",
            approving_action(target)
        );
        Diagnostic::warning(summary, detail).at(Path::of("approve"))
    }

    /// Returns the wait for Azure to create the link.
    fn making(state: &str) -> Option<PendingCondition> {
        (!state.eq_ignore_ascii_case("Succeeded") && !has_failed(state)).then(|| PendingCondition {
            step: "provisioning",
            what: format!("the provisioning, which is {state},"),
            within: None,
            or_else: None,
        })
    }
}

impl ArmResource for SharedPrivateLink {
    const NAME: &'static str = "azureai_search_shared_private_link";
    const TYPE: ResourceType = ResourceType::new(SHARED_PRIVATE_LINK, "shared private link");
    const TIMEOUTS: Timeouts = Timeouts::minutes(60);
    const AZURERM: &'static [AzurermType] =
        &[AzurermType::all("azurerm_search_shared_private_link_service")];

    type Body = Plain<Properties>;

    fn resource_id(&self, _defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        let search = validators::parse(&self.search_service_id, "search_service_id")?;
        Ok(search.child("sharedPrivateLinkResources", &self.name))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        self.search_service_id = validators::parent(id);
    }

    fn write(&self, _live: Option<&Self::Body>) -> Self::Body {
        Plain {
            properties: Properties {
                private_link_resource_id: self.target_resource_id.clone(),
                group_id: self.subresource_name.clone(),
                request_message: self.request_message.get().cloned(),
                resource_region: self.resource_region.get().cloned(),
                ..Properties::default()
            },
        }
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        let properties = live.body.properties.clone();
        self.target_resource_id = properties.private_link_resource_id;
        self.subresource_name = properties.group_id;
        self.request_message.set(properties.request_message);
        self.resource_region.set(properties.resource_region);
        self.status.set(properties.status);
        self.provisioning_state.set(properties.provisioning_state);
        Ok(())
    }

    fn pending(&self, moment: Moment, reader: &Reader) -> Pending {
        match moment {
            Moment::Deleted => return Ok(None),
            // Azure deletes only links without a running operation.
            Moment::Deleting => {
                let id = validators::parse(self.id.get().map_or("", String::as_str), "id")?;
                let body = reader.object(&id, SHARED_PRIVATE_LINK.api_version);
                let state = body.value().map(|body| &body["properties"]["provisioningState"]);
                return Ok(state.and_then(|it| it.as_str()).and_then(Self::making));
            }
            Moment::Written => {}
        }
        let state = self.provisioning_state.get().map_or("Succeeded", String::as_str);
        let made = Self::making(state);
        if made.is_some() || !self.approve || self.is("Approved") || has_failed(state) {
            return Ok(made);
        }
        let target = validators::parse(&self.target_resource_id, "target_resource_id")?;
        if ["Rejected", "Disconnected"].iter().any(|status| self.is(status)) {
            let status = self.status.get().map_or("", String::as_str);
            let summary = format!("The connection to {:?} is {status}", target.name());
            let detail = "`approve = true` cannot approve the connection in this state. Replace \
                          the link, which creates a new connection.";
            return Err(Diagnostic::error(summary, detail).at(Path::of("approve")));
        }
        Ok(Some(PendingCondition {
            step: "approval",
            what: format!("the approval of the connection to {:?}", target.name()),
            within: Some(APPROVED_WITHIN),
            or_else: Some(self.unapproved(&target)),
        }))
    }

    fn approval(&self) -> Option<Approval> {
        Some(Approval {
            target: ResourceId::parse(&self.target_resource_id).ok().filter(|_| self.approve)?,
            asked_by: ResourceId::parse(&self.search_service_id).ok()?,
            // A guess, as for managed networks.
            endpoint: Some(self.name.clone()),
            message: self.request_message.get().cloned(),
            is_due: self.is_made(),
        })
    }

    /// Plans the approval of a connection that still waits.
    fn plan(change: &mut Change<'_>) -> Diagnostics {
        let approves = change.planned.get("approve").as_bool() == Some(true);
        if approves && change.prior.get("status").as_str() == Some("Pending") {
            change.planned.set_entry("status", Value::Unknown);
        }
        Diagnostics::new()
    }

    fn check_input(config: &Value, _defaults: &Defaults) -> CheckInput {
        let id = |name: &'static str| ConfigValue::id(config.get(name), Path::of(name));
        let (search, target) = (id("search_service_id"), id("target_resource_id"));
        let approves = config.get("approve").as_bool() == Some(true);
        let approves = target.clone().filter(|_| approves);
        let references = search.into_iter().chain(target).collect();
        CheckInput { approves, references, ..CheckInput::default() }
    }

    fn validate(config: &Value) -> Diagnostics {
        validate(config).into_iter().collect()
    }
}

/// The search service has its own group IDs for some types, and compares their case (Microsoft
/// Learn, "Make outbound connections through a shared private link").
const OWN_NAMES: [(&str, &[&str]); 2] = [
    (AI_SERVICES_ACCOUNT.name, &["cognitiveservices_account", "openai_account"]),
    (COSMOS_DB_ACCOUNT.name, &["Sql"]),
];

fn validate(config: &Value) -> Option<Diagnostic> {
    let target = ResourceId::parse(config.get("target_resource_id").as_str()?).ok()?;
    if config.get("approve").as_bool() == Some(true) && connection::api_version(&target).is_none() {
        let ty = target.resource_type();
        let summary = format!("A connection to a {ty} cannot be approved here");
        let detail = "The provider does not know the private endpoint connections of this type. \
                      Remove `approve`, and ask the target's owner to approve the connection.";
        return Some(Diagnostic::error(summary, detail).at(Path::of("approve")));
    }
    let part = config.get("subresource_name").as_str()?;
    let (ty, names) = OWN_NAMES.iter().find(|(ty, _)| target.is_type(ty))?;
    if names.contains(&part) {
        return None;
    }
    let summary = format!("A search service has no group ID {part:?} for a {ty}");
    let detail = format!("Use one of these, in this spelling: {}.", names.join(", "));
    Some(Diagnostic::error(summary, detail).at(Path::of("subresource_name")))
}

/// Properties of a shared private link.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Properties {
    private_link_resource_id: String,
    group_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_region: Option<String>,
    #[serde(skip_serializing)]
    status: Option<String>,
    #[serde(skip_serializing)]
    provisioning_state: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_ids_are_those_of_the_search_service() {
        let id = |ty: &str| ResourceId::in_group("s", "g", ty, "x").to_string();
        for (ty, part, approve, at) in [
            (AI_SERVICES_ACCOUNT.name, "openai_account", false, ""),
            (AI_SERVICES_ACCOUNT.name, "account", false, "subresource_name"),
            (COSMOS_DB_ACCOUNT.name, "Sql", true, ""),
            (COSMOS_DB_ACCOUNT.name, "sql", true, "subresource_name"),
            ("Microsoft.Storage/storageAccounts", "blob", true, ""),
            ("Microsoft.Example/things", "blob", false, ""),
            ("Microsoft.Example/things", "blob", true, "approve"),
        ] {
            let mut config = SharedPrivateLink::block().empty();
            config.set_entry("target_resource_id", id(ty).into());
            config.set_entry("subresource_name", part.into());
            config.set_entry("approve", Value::Bool(approve));
            let found = validate(&config).and_then(|it| it.path).map(|it| it.to_string());
            assert_eq!(found.unwrap_or_default(), at, "{ty} {part} {approve}");
        }
    }
}
