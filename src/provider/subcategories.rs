//! The groups of the registry's navigation.

const DNS: &str = "Private DNS";
const FOUNDRY: &str = "Foundry";
const ISOLATION: &str = "Network Isolation";
const LINK: &str = "Private Link";
const WORKSPACE: &str = "Workspace";

/// The group of each type and function, by its name.
pub(super) const BY_NAME: &[(&str, &str)] = &[
    ("azureai_private_endpoint", LINK),
    ("azureai_private_endpoint_application_security_group_association", LINK),
    ("azureai_private_endpoint_connection", LINK),
    ("azureai_private_endpoint_connection_approval", LINK),
    ("azureai_private_endpoint_connection_decision", LINK),
    ("azureai_private_endpoint_connections", LINK),
    ("azureai_private_link_resources", LINK),
    ("azureai_search_shared_private_link", LINK),
    ("azureai_subnet_private_endpoint_policy", LINK),
    ("normalise_resource_id", LINK),
    ("parse_resource_id", LINK),
    ("private_link_group_ids", LINK),
    ("azureai_private_dns_a_record", DNS),
    ("azureai_private_dns_aaaa_record", DNS),
    ("azureai_private_dns_check", DNS),
    ("azureai_private_dns_cname_record", DNS),
    ("azureai_private_dns_txt_record", DNS),
    ("azureai_private_dns_zone", DNS),
    ("azureai_private_dns_zone_for_vnet", DNS),
    ("azureai_private_dns_zone_group", DNS),
    ("azureai_private_dns_zone_virtual_network_link", DNS),
    ("azureai_private_dns_zones", DNS),
    ("conditional_forwarders", DNS),
    ("private_dns_record_name", DNS),
    ("private_dns_zone_names", DNS),
    ("azureai_managed_network", ISOLATION),
    ("azureai_managed_network_outbound_rule", ISOLATION),
    ("azureai_network_isolation_posture", ISOLATION),
    ("azureai_provision_managed_network", ISOLATION),
    ("azureai_public_network_access", ISOLATION),
    ("azureai_reconcile_network_security_perimeter", ISOLATION),
    ("azureai_set_public_network_access", ISOLATION),
    ("azureai_foundry_account", FOUNDRY),
    ("azureai_foundry_capability_host", FOUNDRY),
    ("azureai_foundry_connection", FOUNDRY),
    ("azureai_foundry_project", FOUNDRY),
    ("azureai_purge_foundry_account", FOUNDRY),
    ("azureai_client_config", WORKSPACE),
    ("azureai_workspace", WORKSPACE),
    ("workspace_fqdns", WORKSPACE),
];
