//! Generates configuration that fixes a finding.

use super::perimeter::SuggestedRule;
use crate::private_link::envelope::Envelope;
use crate::private_link::services::{Service, service_of};
use azure::id::ResourceId;

/// Returns a private endpoint to a target. Without groups, it names the target's group if there is
/// one only.
pub fn endpoint(target: &ResourceId, groups: &[&str]) -> String {
    let name = target.name();
    let group = target.resource_group().unwrap_or_default();
    let label = label(&[&[name], groups].concat().join("-"));
    let known = service_of(target).filter(|service| service.has_known_groups());
    let only = match *known.map(Service::group_ids).unwrap_or_default() {
        [only] => only,
        _ => "GROUP_ID",
    };
    let groups = groups.first().copied().unwrap_or(only);
    format!(
        "resource \"azureai_private_endpoint\" \"{label}\" {{
  name                = \"pe-{name}-{groups}\"
  resource_group_name = \"{group}\"
  subnet_id           = SUBNET_ID

  private_service_connection {{
    name                           = \"{groups}\"
    private_connection_resource_id = \"{target}\"
    subresource_names              = [\"{groups}\"]
  }}

  private_dns_zone_group {{
    name                 = \"default\"
    private_dns_zone_ids = [ZONE_IDS]
  }}
}}"
    )
}

/// Returns the approval of a connection.
pub fn approval(target: &ResourceId, endpoint: &ResourceId) -> String {
    let label = label(endpoint.name());
    format!(
        "resource \"azureai_private_endpoint_connection_approval\" \"{label}\" {{
  target_resource_id  = \"{target}\"
  private_endpoint_id = \"{endpoint}\"
}}"
    )
}

/// Returns the command that replaces an endpoint.
pub fn anew(name: &str) -> String {
    format!(
        "# Replace the private endpoint {name:?}:\n#   terraform apply \
         -replace=ADDRESS_OF_THE_ENDPOINT"
    )
}

/// Returns a zone, and a comment that adds the zone to the zone group of an endpoint.
pub fn zone(name: &str, endpoint: &ResourceId) -> [String; 2] {
    let label = label(name);
    let group = endpoint.resource_group().unwrap_or_default();
    let zone = format!(
        "resource \"azureai_private_dns_zone\" \"{label}\" {{
  name                = \"{name}\"
  resource_group_name = \"{group}\"
}}"
    );
    let place = format!(
        "# Add the zone to azureai_private_endpoint {:?}, beside its existing zones:
#   private_dns_zone_group {{
#     private_dns_zone_ids = [azureai_private_dns_zone.{label}.id]
#   }}",
        endpoint.name()
    );
    [zone, place]
}

/// Returns the commands that restore a record that Azure writes from the zone group of an endpoint.
/// A plan that misses the record writes the group again. A record with other addresses, which has
/// the ID `stale`, must be deleted first.
pub fn kept_record(endpoint: &ResourceId, stale: Option<&ResourceId>) -> String {
    let removed = stale
        .map(|id| format!("#   az network private-dns record-set a delete --yes --ids {id}\n"));
    format!(
        "# Azure writes the records of {:?} from its zone group. If Terraform manages the group,
# as a resource or a block, the next apply writes them again:
{}#   terraform apply",
        endpoint.name(),
        removed.unwrap_or_default()
    )
}

/// Returns a link of a zone to a virtual network.
pub fn link(zone: &ResourceId, network: Option<&str>) -> String {
    let name = network.and_then(|id| id.rsplit('/').next()).unwrap_or("clients");
    let network = network.map_or_else(|| "VIRTUAL_NETWORK_ID".to_owned(), |id| format!("{id:?}"));
    format!(
        "resource \"azureai_private_dns_zone_virtual_network_link\" \"{}\" {{
  name                = \"link-{name}\"
  private_dns_zone_id = \"{zone}\"
  virtual_network_id  = {network}
}}",
        label(&format!("{}-{name}", zone.name()))
    )
}

/// Returns a record with the addresses of an endpoint.
pub fn record(zone: &ResourceId, name: &str, addresses: &[String]) -> String {
    format!(
        "resource \"azureai_private_dns_a_record\" \"{}\" {{
  name                = \"{name}\"
  private_dns_zone_id = \"{zone}\"
  ttl                 = 10
  records             = {addresses:?}
}}",
        label(&format!("{name}-{}", zone.name()))
    )
}

/// Returns a public network access flag, with rules as `name = value`.
pub fn flag(target: &ResourceId, value: &str, rules: &[(&str, &str)]) -> String {
    let line = |(name, value): &(&str, &str)| format!("  {name:<21} = {value}\n");
    let rules: String = rules.iter().map(line).collect();
    format!(
        "resource \"azureai_public_network_access\" \"{}\" {{
  resource_id           = \"{target}\"
  public_network_access = \"{value}\"
{rules}}}",
        label(target.name())
    )
}

/// Returns a capability host of an account or project, with additional arguments.
pub fn host(parent: &ResourceId, more: &[(&str, String)]) -> String {
    let own = [("name", "\"agents\"".to_owned()), ("parent_id", format!("\"{parent}\""))];
    resource("azureai_foundry_capability_host", parent.name(), &[&own, more].concat())
}

/// Returns an access rule of a perimeter's profile, or `None` if azurerm's resource does not
/// support it.
pub fn access_rule(profile: &str, rule: &Envelope<SuggestedRule>) -> Option<String> {
    let Envelope { name, properties: rule, .. } = rule;
    let own = [
        ("name", format!("{name:?}")),
        ("network_security_perimeter_profile_id", format!("{profile:?}")),
        ("direction", format!("{:?}", rule.direction())),
    ];
    let allowed: Vec<_> = rule.allows().map(|(name, of)| (name, format!("{of:?}"))).collect();
    let lines = [&own[..], &allowed].concat();
    let ty = "azurerm_network_security_perimeter_access_rule";
    (!allowed.is_empty()).then(|| resource(ty, name, &lines))
}

/// Returns the association of a resource with the profile of a perimeter.
pub fn association(profile: &str, mode: &str, target: &ResourceId) -> String {
    let lines = [
        ("name", format!("{:?}", target.name())),
        ("access_mode", format!("{mode:?}")),
        ("network_security_perimeter_profile_id", format!("{profile:?}")),
        ("resource_id", format!("\"{target}\"")),
    ];
    resource("azurerm_network_security_perimeter_association", target.name(), &lines)
}

/// Returns the action that reconciles the perimeter's configuration of a resource.
pub fn reconcile(target: &ResourceId, configuration: &str) -> String {
    let label = label(target.name());
    format!(
        "# Run this action:
#   terraform apply -invoke=action.azureai_reconcile_network_security_perimeter.{label}
action \"azureai_reconcile_network_security_perimeter\" \"{label}\" {{
  config {{
    resource_id        = \"{target}\"
    configuration_name = {configuration:?}
  }}
}}"
    )
}

/// Returns a private link scope with a resource of Azure Monitor, and a comment about the endpoint
/// to the scope.
pub fn monitor_scope(target: &ResourceId) -> [String; 3] {
    let (name, group) = (target.name(), target.resource_group().unwrap_or_default());
    let (scope, private) = (format!("\"ampls-{name}\""), "\"PrivateOnly\"".to_owned());
    let group = format!("{group:?}");
    let label = label(name);
    let own = format!("azurerm_monitor_private_link_scope.{label}");
    let scope = [
        ("name", scope),
        ("resource_group_name", group.clone()),
        ("ingestion_access_mode", private.clone()),
        ("query_access_mode", private),
    ];
    let scoped = [
        ("name", format!("{name:?}")),
        ("resource_group_name", group),
        ("scope_name", format!("{own}.name")),
        ("linked_resource_id", format!("\"{target}\"")),
    ];
    let endpoint = format!(
        "# Also add an azureai_private_endpoint to {own}.id with subresource_names =\n# \
         [\"azuremonitor\"] and the five zones of Azure Monitor in its private_dns_zone_group"
    );
    [
        resource("azurerm_monitor_private_link_scope", name, &scope),
        resource("azurerm_monitor_private_link_scoped_service", name, &scoped),
        endpoint,
    ]
}

/// Returns a comment that sets these access modes of a private link scope to `PrivateOnly`.
pub fn private_only(scope: &ResourceId, modes: &[&str]) -> String {
    let width = modes.iter().map(|mode| mode.len()).max().unwrap_or_default();
    let line = |mode: &&str| {
        let name = format!("{mode}_access_mode");
        format!("\n#   {name:<0$} = \"PrivateOnly\"", width + "_access_mode".len())
    };
    let lines: String = modes.iter().map(line).collect();
    format!("# Set in azurerm_monitor_private_link_scope {:?}:{lines}", scope.name())
}

/// Returns a resource with these arguments, formatted as by `terraform fmt`.
fn resource(ty: &str, name: &str, lines: &[(&str, String)]) -> String {
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let line = |(name, value): &(&str, String)| format!("  {name:<width$} = {value}\n");
    let lines: String = lines.iter().map(line).collect();
    format!("resource {ty:?} \"{}\" {{\n{lines}}}", label(name))
}

/// Returns the managed network of a hub or account.
pub fn managed_network(parent: &ResourceId, mode: &str) -> String {
    format!(
        "resource \"azureai_managed_network\" \"{}\" {{
  parent_id      = \"{parent}\"
  isolation_mode = \"{mode}\"
}}",
        label(parent.name())
    )
}

/// Returns an outbound rule of the managed network of a hub or account, to a subresource of a
/// target.
pub fn outbound_rule(parent: &ResourceId, target: &ResourceId, group: &str) -> String {
    let name = format!("{}-{group}", target.name());
    format!(
        "resource \"azureai_managed_network_outbound_rule\" \"{}\" {{
  name                = \"{name}\"
  parent_id           = \"{parent}\"
  service_resource_id = \"{target}\"
  sub_resource_target = \"{group}\"
}}",
        label(&name)
    )
}

/// Returns a role assignment. The label contains the identity's name.
pub fn role(scope: &ResourceId, role: &str, who: &str, principal: &str) -> String {
    format!(
        "resource \"azurerm_role_assignment\" \"{}\" {{
  scope                = \"{scope}\"
  role_definition_name = \"{role}\"
  principal_id         = \"{principal}\"
}}",
        label(&[who, role, scope.name()].join("-"))
    )
}

/// Returns the Cosmos DB role assignment that lets agents write to their database.
pub fn cosmos_role(account: &ResourceId, definition: &str, who: &str, principal: &str) -> String {
    format!(
        "resource \"azurerm_cosmosdb_sql_role_assignment\" \"{}\" {{
  resource_group_name = \"{}\"
  account_name        = \"{}\"
  role_definition_id  = \"{account}/sqlRoleDefinitions/{definition}\"
  principal_id        = \"{principal}\"
  scope               = \"{account}/dbs/enterprise_memory\"
}}",
        label(&[who, account.name()].join("-")),
        account.resource_group().unwrap_or_default(),
        account.name()
    )
}

/// Returns configuration as a collapsed section of a Markdown list item. Empty if there is none.
pub fn folded(hcl: &str) -> String {
    if hcl.is_empty() {
        return String::new();
    }
    let lines: String = hcl.lines().map(|line| format!("  {line}\n")).collect();
    format!(
        "\n  <details><summary>Suggested fix</summary>\n\n  ```hcl\n{lines}  ```\n\n  </details>\n"
    )
}

/// Returns a valid resource name for Terraform.
pub fn label(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let label: String = name.chars().map(plain).collect();
    let label = label.trim_matches('_').to_owned();
    match label.starts_with(|c: char| c.is_ascii_digit()) || label.is_empty() {
        true => format!("r_{label}"),
        false => label,
    }
}
