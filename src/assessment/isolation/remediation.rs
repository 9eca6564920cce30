//! The configuration that mends what is missing, to be pasted.

use super::perimeter::SuggestedRule;
use azure::id::ResourceId;

/// An endpoint to a target.
pub fn endpoint(target: &ResourceId, groups: &[&str]) -> String {
    let name = target.name();
    let group = target.resource_group().unwrap_or_default();
    let label = label(&[&[name], groups].concat().join("-"));
    let groups = groups.first().copied().unwrap_or("GROUP_ID");
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

/// The approval of a connection.
pub fn approval(target: &ResourceId, endpoint: &ResourceId) -> String {
    let label = label(endpoint.name());
    format!(
        "resource \"azureai_private_endpoint_connection_approval\" \"{label}\" {{
  target_resource_id  = \"{target}\"
  private_endpoint_id = \"{endpoint}\"
}}"
    )
}

/// A new endpoint in the place of one of that name.
pub fn anew(name: &str) -> String {
    format!("# make {name:?} anew\n#   terraform apply -replace=ADDRESS_OF_THE_ENDPOINT")
}

/// A zone, and its place in the zone group of an endpoint.
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
        "# and in azureai_private_endpoint {:?}, beside the zones that are there:
#   private_dns_zone_group {{
#     private_dns_zone_ids = [azureai_private_dns_zone.{label}.id]
#   }}",
        endpoint.name()
    );
    [zone, place]
}

/// A record that Azure keeps by the zone group of an endpoint: a plan that misses it has the group
/// written again. One with other addresses, which has this ID, must go first.
pub fn kept_record(endpoint: &ResourceId, stale: Option<&ResourceId>) -> String {
    let removed = stale
        .map(|id| format!("#   az network private-dns record-set a delete --yes --ids {id}\n"));
    format!(
        "# Azure keeps the records of {:?} by its zone group. Where that is managed here, this has \
         them written again, whether the group is a resource or a block:
{}#   terraform apply",
        endpoint.name(),
        removed.unwrap_or_default()
    )
}

/// A link of a zone to a network.
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

/// A record with the addresses of an endpoint.
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

/// A flag, with rules beside it as `name = value`.
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

/// A capability host of an account or project, with these lines beside what every host has.
pub fn host(parent: &ResourceId, more: &[(&str, String)]) -> String {
    let own = [("name", "\"agents\"".to_owned()), ("parent_id", format!("\"{parent}\""))];
    resource("azureai_foundry_capability_host", parent.name(), &[&own, more].concat())
}

/// A rule of the profile of a perimeter; `None` for what azurerm's resource cannot say.
pub fn access_rule(profile: &str, rule: &SuggestedRule) -> Option<String> {
    let SuggestedRule { name, direction, allows } = rule;
    let own = [
        ("name", format!("{name:?}")),
        ("network_security_perimeter_profile_id", format!("{profile:?}")),
        ("direction", format!("{direction:?}")),
    ];
    let allowed: Vec<_> = allows.iter().map(|(name, of)| (*name, format!("{of:?}"))).collect();
    let lines = [&own[..], &allowed].concat();
    let ty = "azurerm_network_security_perimeter_access_rule";
    (!allowed.is_empty()).then(|| resource(ty, name, &lines))
}

/// The association of a resource with the profile of a perimeter.
pub fn association(profile: &str, mode: &str, target: &ResourceId) -> String {
    let lines = [
        ("name", format!("{:?}", target.name())),
        ("access_mode", format!("{mode:?}")),
        ("network_security_perimeter_profile_id", format!("{profile:?}")),
        ("resource_id", format!("\"{target}\"")),
    ];
    resource("azurerm_network_security_perimeter_association", target.name(), &lines)
}

/// That the configuration of a perimeter is brought to a resource again.
pub fn reconcile(target: &ResourceId, configuration: &str) -> String {
    let label = label(target.name());
    format!(
        "# terraform apply -invoke=action.azureai_reconcile_network_security_perimeter.{label}
action \"azureai_reconcile_network_security_perimeter\" \"{label}\" {{
  config {{
    resource_id        = \"{target}\"
    configuration_name = {configuration:?}
  }}
}}"
    )
}

/// A private link scope with a resource of Azure Monitor in it, and an endpoint to the scope.
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
        "# and an azureai_private_endpoint to {own}.id with subresource_names =\n# \
         [\"azuremonitor\"] and the five zones of Azure Monitor in its private_dns_zone_group"
    );
    [
        resource("azurerm_monitor_private_link_scope", name, &scope),
        resource("azurerm_monitor_private_link_scoped_service", name, &scoped),
        endpoint,
    ]
}

/// That the networks of a private link scope reach only what is in it, by these modes.
pub fn private_only(scope: &ResourceId, modes: &[&str]) -> String {
    let width = modes.iter().map(|mode| mode.len()).max().unwrap_or_default();
    let line = |mode: &&str| {
        let name = format!("{mode}_access_mode");
        format!("\n#   {name:<0$} = \"PrivateOnly\"", width + "_access_mode".len())
    };
    let lines: String = modes.iter().map(line).collect();
    format!("# in azurerm_monitor_private_link_scope {:?}:{lines}", scope.name())
}

/// A resource with these lines, as `terraform fmt` leaves them.
fn resource(ty: &str, name: &str, lines: &[(&str, String)]) -> String {
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let line = |(name, value): &(&str, String)| format!("  {name:<width$} = {value}\n");
    let lines: String = lines.iter().map(line).collect();
    format!("resource {ty:?} \"{}\" {{\n{lines}}}", label(name))
}

/// The managed network of a hub or account.
pub fn managed_network(parent: &ResourceId, mode: &str) -> String {
    format!(
        "resource \"azureai_managed_network\" \"{}\" {{
  parent_id      = \"{parent}\"
  isolation_mode = \"{mode}\"
}}",
        label(parent.name())
    )
}

/// An outbound rule of the managed network of a hub or account, to a group of a resource.
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

/// A role for an identity, whose name is part of the label.
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

/// The role of Cosmos DB by which agents write into their database.
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

/// Configuration in an item of a list in Markdown, folded away; nothing where there is none.
pub fn folded(hcl: &str) -> String {
    if hcl.is_empty() {
        return String::new();
    }
    let lines: String = hcl.lines().map(|line| format!("  {line}\n")).collect();
    format!(
        "\n  <details><summary>What mends it</summary>\n\n  ```hcl\n{lines}  ```\n\n  </details>\n"
    )
}

/// A name as Terraform takes it for a resource.
fn label(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let label: String = name.chars().map(plain).collect();
    let label = label.trim_matches('_').to_owned();
    match label.starts_with(|c: char| c.is_ascii_digit()) || label.is_empty() {
        true => format!("r_{label}"),
        false => label,
    }
}
