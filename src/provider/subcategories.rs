//! The groups of the registry's navigation.

const DNS: &str = "Private DNS";
const FOUNDRY: &str = "Foundry";
const ISOLATION: &str = "Network Isolation";
const LINK: &str = "Private Link";
const WORKSPACE: &str = "Workspace";

/// The group of each type and function, by its name or the beginning of its name. The longest row
/// wins.
pub(super) const BY_NAME: &[(&str, &str)] = &[
    ("azureai_private_endpoint", LINK),
    ("azureai_private_link_", LINK),
    ("azureai_search_shared_private_link", LINK),
    ("azureai_subnet_private_endpoint_policy", LINK),
    ("normalise_resource_id", LINK),
    ("parse_resource_id", LINK),
    ("private_link_group_ids", LINK),
    ("azureai_private_dns_", DNS),
    ("conditional_forwarders", DNS),
    ("private_dns_", DNS),
    ("azureai_managed_network", ISOLATION),
    ("azureai_network_isolation_posture", ISOLATION),
    ("azureai_provision_managed_network", ISOLATION),
    ("azureai_public_network_access", ISOLATION),
    ("azureai_reconcile_network_security_perimeter", ISOLATION),
    ("azureai_set_public_network_access", ISOLATION),
    ("azureai_foundry_", FOUNDRY),
    ("azureai_purge_foundry_account", FOUNDRY),
    ("azureai_client_config", WORKSPACE),
    ("azureai_workspace", WORKSPACE),
    ("workspace_fqdns", WORKSPACE),
];
