//! `azureai_managed_network_outbound_rule`

mod azurerm;
pub mod list;
mod needs;
mod rules;
mod wire;

use crate::assessment::checks::input::{PlannedRule, ServiceReference};
use crate::assessment::managed_network::PARENTS;
use crate::assessment::outbound;
use crate::engine::prelude::*;
use crate::engine::resource::Approval;
use crate::private_link::arm_types::{ACCOUNT_OUTBOUND_RULE, HUB_OUTBOUND_RULE};
use wire::Properties;

/// Manages an outbound rule of the managed network of a Microsoft Foundry account or of a workspace
/// (hub).
///
/// A rule allows the network's compute to reach a destination through a private endpoint, by a
/// domain name, or by a service tag.
///
/// Azure accepts one change of a network at a time, so Terraform creates the rules of a network one
/// after the other. A create waits for the network, and then until the rule is active. A rule with
/// a private endpoint becomes active once its connection is approved on the target. The connection
/// is approved by the identity of the account or hub if it has the role to do so, by this resource
/// with `approve = true`, or by the target's owner.
#[derive(Model, Clone)]
pub struct OutboundRule {
    /// ID of the outbound rule.
    #[tf(id, same = validators::same_id)]
    id: Computed<String>,
    /// Name of the outbound rule. Must have at most 255 letters, digits, `-` and `_`, and begin
    /// with a letter or digit. For an account, the name must have 3 to 33 characters.
    #[tf(replace, check = Check::text(rules::name), same = validators::same_name)]
    name: String,
    /// ID of the Foundry account or hub that has the managed network.
    #[tf(replace, check = validators::id_of(PARENTS), same = validators::same_id)]
    parent_id: String,
    /// ID of the resource to create a private endpoint to. Exactly one of `service_resource_id`,
    /// `destination_fqdn` and `service_tag` must be set.
    #[tf(replace, check = validators::any_id(), same = validators::same_id)]
    service_resource_id: Option<String>,
    /// Group ID: the part of the target that the private endpoint reaches, such as `blob`, `Sql`,
    /// `searchService` or `account`. Required with `service_resource_id`.
    #[tf(replace, check = validators::part(), same = validators::same_name)]
    sub_resource_target: Option<String>,
    /// If `true`, Spark jobs can also reach the target. Only for hubs.
    #[tf(replace)]
    spark_enabled: OptionalComputed<bool>,
    /// Domain names of the services behind the target, if the target is an Application Gateway.
    /// Azure does not return the names of an account's rule.
    #[tf(replace)]
    fqdns: Option<Vec<String>>,
    /// Domain name that the network can reach at ports 80 and 443, such as `pypi.org` or
    /// `*.pypi.org`.
    #[tf(check = Check::text(rules::fqdn), same = validators::same_name)]
    destination_fqdn: Option<String>,
    /// Service tag whose addresses the network can reach, such as `AzureMonitor`.
    #[tf(check = validators::given(), same = validators::same_name)]
    service_tag: Option<String>,
    /// Protocol for the service tag. Possible values are `TCP`, `UDP`, `ICMP` and `*`. Required
    /// with `service_tag`.
    #[tf(check = validators::one_of(&["TCP", "UDP", "ICMP", "*"]), same = validators::same_name)]
    protocol: Option<String>,
    /// Ports for the service tag, such as `443`, `80, 8080-8089` or `*`. Required with
    /// `service_tag`.
    #[tf(check = Check::text(rules::ports), same = rules::same_ports)]
    port_ranges: Option<String>,
    /// Additional addresses, or ranges in CIDR notation, that the rule covers besides those of the
    /// service tag.
    address_prefixes: Option<Vec<String>>,
    /// Action for traffic to the service tag. Possible values are `Allow` and `Deny`. Defaults to
    /// `Allow`.
    #[tf(check = validators::one_of(&["Allow", "Deny"]))]
    action: OptionalComputed<String>,
    /// If `true`, the identity that runs Terraform approves the connection on the target while the
    /// rule is created. The identity needs the right to approve connections there.
    #[tf(default = false)]
    approve: bool,
    /// Type of the rule: `PrivateEndpoint`, `FQDN` or `ServiceTag`.
    #[tf(rename = "type")]
    ty: Computed<String>,
    /// Origin of the rule, which is `UserDefined`.
    category: Computed<String>,
    /// Status of the rule: `Active`; `Inactive` while the network is not provisioned or the
    /// connection is not approved; `Provisioning`, `Deleting` or `Failed`.
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
    /// Returns the target of the private endpoint.
    fn target(&self) -> Option<ResourceId> {
        ResourceId::parse(self.service_resource_id.as_ref()?).ok()
    }

    /// Returns `true` if the rule has the status.
    fn is(&self, status: &str) -> bool {
        self.status.get().is_some_and(|it| it.eq_ignore_ascii_case(status))
    }

    /// Returns the connection that the rule creates on its target.
    fn connection(&self) -> Option<Approval> {
        Some(Approval {
            target: self.target()?,
            asked_by: ResourceId::parse(&self.parent_id).ok()?,
            // Seen once for a hub; a guess for accounts.
            endpoint: Some(self.name.clone()),
            message: None,
            is_due: true,
        })
    }
}

impl ArmResource for OutboundRule {
    const NAME: &'static str = "azureai_managed_network_outbound_rule";
    const TYPE: ResourceType = ResourceType::new(ACCOUNT_OUTBOUND_RULE, "outbound rule");
    const OTHER_TYPE: Option<&'static str> = Some(HUB_OUTBOUND_RULE.name);
    const HIDDEN: &'static [&'static str] = &["fqdns"];
    // A rule takes minutes, and the rules of a network wait for each other.
    const TIMEOUTS: Timeouts = Timeouts::minutes(120);
    const AZURERM: &'static [AzurermType] = azurerm::TYPES;

    type Body = Plain<Properties>;

    fn resource_id(&self, _defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        Ok(outbound::rule(&validators::parse(&self.parent_id, "parent_id")?, &self.name))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        self.parent_id = outbound::parent(id).map(|it| it.to_string()).unwrap_or_default();
    }

    fn prepare(&mut self, reader: &Reader) -> Pending {
        needs::network(self, reader)
    }

    fn write(&self, _live: Option<&Self::Body>) -> Self::Body {
        Plain { properties: wire::write(self) }
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        wire::read(self, &live.body.properties, live.importing);
        Ok(())
    }

    fn pending(&self, moment: Moment, reader: &Reader) -> Pending {
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

    fn check_input(config: &Value, _defaults: &Defaults) -> CheckInput {
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
