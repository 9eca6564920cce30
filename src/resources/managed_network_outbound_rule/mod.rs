//! `azureai_managed_network_outbound_rule`

mod azurerm;
pub mod list;
mod needs;
mod rules;
mod wire;

use crate::assessment::checks::input::{CheckInput, ConfigValue, PlannedRule, ServiceReference};
use crate::assessment::managed_network::PARENTS;
use crate::assessment::outbound;
use crate::assessment::reader::Reader;
use crate::config::defaults::Defaults;
use crate::engine::moves::AzurermType;
use crate::engine::resource::{
    Approval, ArmResource, CheckedChange, Create, Delete, Live, Moment, PendingCondition,
    ResourceType, WriteMethod,
};
use crate::engine::wire::Plain;
use crate::private_link::arm_types::{ACCOUNT_OUTBOUND_RULE, HUB_OUTBOUND_RULE};
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use wire::Properties;

/// Manages an outbound rule of the managed network of a Microsoft Foundry account or of a workspace
/// (hub): what the computers in it may reach, through a private endpoint, by a domain name or by a
/// service tag.
///
/// Azure takes one change of a network at a time, so the rules of one network are made one after
/// the other. A create waits for the network, and until the rule is active. A rule to a private
/// endpoint becomes active once its connection is approved on the target: by the identity of the
/// account or hub, where it has the role for that; by this resource, with `approve = true`; or by
/// the target's owner.
#[derive(Model, Clone)]
pub struct OutboundRule {
    /// The rule's ID.
    #[tf(same = validators::same_id)]
    id: Computed<String>,
    /// Name of the rule: letters, digits, `-` and `_`, beginning with a letter or digit; 3 to 33 of
    /// them in the network of an account.
    #[tf(replace, check = Check::text(rules::name), same = validators::same_name)]
    name: String,
    /// ID of the Microsoft Foundry account or of the workspace (hub) whose managed network it is.
    #[tf(replace, check = validators::id_of(PARENTS), same = validators::same_id)]
    parent_id: String,
    /// ID of the resource that a private endpoint is made to. This, `destination_fqdn` or
    /// `service_tag` is given.
    #[tf(replace, check = validators::any_id(), same = validators::same_id)]
    service_resource_id: Option<String>,
    /// Part of that resource (group ID), such as `blob`, `Sql`, `searchService` or `account`.
    #[tf(replace, check = validators::part(), same = validators::same_name)]
    sub_resource_target: Option<String>,
    /// If `true`, Spark jobs reach that resource, too. Only for hubs.
    #[tf(replace)]
    spark_enabled: OptionalComputed<bool>,
    /// Domain names of what is behind that resource, where it is an Application Gateway. Azure does
    /// not show those of an account's rule.
    #[tf(replace)]
    fqdns: Option<Vec<String>>,
    /// Domain name that may be reached at ports 80 and 443, such as `pypi.org` or `*.pypi.org`.
    #[tf(check = Check::text(rules::fqdn), same = validators::same_name)]
    destination_fqdn: Option<String>,
    /// Service tag whose addresses may be reached, such as `AzureMonitor`.
    #[tf(check = validators::given(), same = validators::same_name)]
    service_tag: Option<String>,
    /// Protocol to the service tag: `TCP`, `UDP`, `ICMP` or `*`.
    #[tf(check = validators::one_of(&["TCP", "UDP", "ICMP", "*"]), same = validators::same_name)]
    protocol: Option<String>,
    /// Ports of the service tag, such as `443` or `80, 8080-8089`.
    #[tf(check = Check::text(rules::ports), same = rules::same_ports)]
    port_ranges: Option<String>,
    /// Addresses beside those of the service tag, as addresses or ranges (CIDR).
    address_prefixes: Option<Vec<String>>,
    /// What becomes of traffic to the service tag: `Allow` or `Deny`. Without it, `Allow`.
    #[tf(check = validators::one_of(&["Allow", "Deny"]))]
    action: OptionalComputed<String>,
    /// If `true`, approves the connection on the target while the rule is made, as the identity
    /// that Terraform runs as. It needs the right to approve connections there.
    #[tf(default = false)]
    approve: bool,
    /// `PrivateEndpoint`, `FQDN` or `ServiceTag`.
    #[tf(rename = "type")]
    ty: Computed<String>,
    /// Whose rule it is: `UserDefined`.
    category: Computed<String>,
    /// `Active`; `Inactive` while the network is not provisioned or the connection not approved;
    /// `Provisioning`, `Deleting` or `Failed`.
    #[tf(recomputed_with(
        "destination_fqdn",
        "service_tag",
        "protocol",
        "port_ranges",
        "address_prefixes",
        "action",
        "approve"
    ))]
    status: Computed<String>,
}

impl OutboundRule {
    /// The resource that a private endpoint is made to.
    fn target(&self) -> Option<ResourceId> {
        ResourceId::parse(self.service_resource_id.as_ref()?).ok()
    }

    /// Whether the rule is in that state.
    fn is(&self, status: &str) -> bool {
        self.status.get().is_some_and(|it| it.eq_ignore_ascii_case(status))
    }

    /// The connection that the rule brings about on its target.
    fn connection(&self) -> Option<Approval> {
        Some(Approval {
            target: self.target()?,
            asked_by: ResourceId::parse(&self.parent_id).ok()?,
            // Seen once, of a hub; for accounts a guess.
            endpoint: Some(self.name.clone()),
            message: None,
            is_due: true,
        })
    }
}

impl ArmResource for OutboundRule {
    const NAME: &'static str = "azureai_managed_network_outbound_rule";
    const TYPE: ResourceType = ResourceType {
        name: ACCOUNT_OUTBOUND_RULE.name,
        api_version: ACCOUNT_OUTBOUND_RULE.api_version,
        label: "outbound rule",
        create: Create::AfterRead,
        update: WriteMethod::Put,
        delete: Delete::Final,
    };
    const OTHER_TYPE: Option<&'static str> = Some(HUB_OUTBOUND_RULE.name);
    const HIDDEN: &'static [&'static str] = &["fqdns"];
    // A rule takes minutes, and those of one network wait for each other.
    const TIMEOUTS: Timeouts = Timeouts::minutes(120);
    const AZURERM: &'static [AzurermType] = azurerm::TYPES;

    type Body = Plain<Properties>;

    fn id(&mut self) -> &mut Computed<String> {
        &mut self.id
    }

    fn resource_id(&self, _defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        Ok(outbound::rule(&validators::parse(&self.parent_id, "parent_id")?, &self.name))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        self.parent_id = outbound::parent(id).map(|it| it.to_string()).unwrap_or_default();
    }

    fn prepare(&mut self, reader: &Reader) -> Result<Option<PendingCondition>, Diagnostic> {
        needs::network(self, reader)
    }

    fn write(&self, _live: Option<&Self::Body>) -> Self::Body {
        Plain { properties: wire::write(self) }
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        wire::read(self, &live.body.properties, live.importing);
        Ok(())
    }

    fn pending(
        &self,
        moment: Moment,
        reader: &Reader,
    ) -> Result<Option<PendingCondition>, Diagnostic> {
        match moment {
            Moment::Written => needs::active(self, reader),
            Moment::Deleting | Moment::Deleted => Ok(None),
        }
    }

    fn approval(&self) -> Option<Approval> {
        self.connection().filter(|_| self.approve)
    }

    fn plan(change: &mut Change<'_>) -> Diagnostics {
        rules::plan(change);
        Diagnostics::new()
    }

    fn translate(ty: &str, stored: &mut Stored) -> Result<(), Diagnostic> {
        azurerm::translate(ty, stored);
        Ok(())
    }

    fn attributes_of_error(code: &str) -> Vec<Path> {
        match code {
            "UserError" => rules::KINDS.map(Path::of).to_vec(),
            _ => Vec::new(),
        }
    }

    fn check_input(change: CheckedChange<'_>, _defaults: &Defaults) -> CheckInput {
        let CheckedChange::Write(config) = change else { return CheckInput::default() };
        let id = |name: &'static str| ConfigValue::id(config.get(name), Path::of(name));
        let (parent, target) = (id("parent_id"), id("service_resource_id"));
        let groups = config.get("sub_resource_target").as_str().map(|it| vec![it.to_owned()]);
        let at = Path::of("sub_resource_target");
        let groups = groups.map(|groups| ConfigValue::new(groups, at));
        let kind = rules::KINDS.into_iter().find(|name| config.get(name).is_given());
        let rule = PlannedRule {
            parent: parent.clone(),
            service: ServiceReference { target: target.clone(), groups },
            by: kind.map(Path::of),
            approves: match config.get("approve") {
                Value::Unknown => None,
                given => Some(given.as_bool() == Some(true)),
            },
        };
        let references = parent.into_iter().chain(target).collect();
        CheckInput { rule: Some(rule), references, ..CheckInput::default() }
    }

    fn validate(config: &Value) -> Diagnostics {
        rules::validate(config)
    }
}
