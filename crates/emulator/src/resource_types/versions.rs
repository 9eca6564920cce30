//! Published API versions of each resource provider.

/// Versions of Microsoft.Network/virtualNetworks.
pub(crate) const NETWORK: &[&str] = &[
    "2016-03-30",
    "2016-06-01",
    "2016-09-01",
    "2016-12-01",
    "2017-03-01",
    "2017-06-01",
    "2017-08-01",
    "2017-09-01",
    "2017-10-01",
    "2017-11-01",
    "2018-01-01",
    "2018-02-01",
    "2018-04-01",
    "2018-06-01",
    "2018-07-01",
    "2018-08-01",
    "2018-10-01",
    "2018-11-01",
    "2018-12-01",
    "2019-02-01",
    "2019-04-01",
    "2019-06-01",
    "2019-07-01",
    "2019-08-01",
    "2019-09-01",
    "2019-11-01",
    "2019-12-01",
    "2020-03-01",
    "2020-04-01",
    "2020-05-01",
    "2020-06-01",
    "2020-07-01",
    "2020-08-01",
    "2020-11-01",
    "2021-02-01",
    "2021-03-01",
    "2021-05-01",
    "2021-08-01",
    "2022-01-01",
    "2022-05-01",
    "2022-07-01",
    "2022-09-01",
    "2022-11-01",
    "2023-02-01",
    "2023-04-01",
    "2023-05-01",
    "2023-06-01",
    "2023-09-01",
    "2023-11-01",
    "2024-01-01",
    "2024-03-01",
    "2024-05-01",
    "2024-07-01",
    "2024-10-01",
    "2025-01-01",
    "2025-03-01",
    "2025-05-01",
    "2025-07-01",
    "2026-01-01",
    "2026-03-01",
];

/// Versions of Microsoft.Network/privateDnsZones.
pub(crate) const PRIVATE_DNS: &[&str] = &["2018-09-01", "2020-01-01", "2020-06-01", "2024-06-01"];

/// First version in which a `PATCH` of a workspace is a long-running operation.
pub(crate) const LONG_PATCH_SINCE: &str = "2022-02-01-preview";

/// Versions of Microsoft.MachineLearningServices/workspaces.
pub(crate) const MACHINE_LEARNING: &[&str] = &[
    "2020-08-01",
    "2021-01-01",
    "2021-03-01-preview",
    "2021-04-01",
    "2021-07-01",
    "2022-01-01-preview",
    "2022-02-01-preview",
    "2022-05-01",
    "2022-06-01-preview",
    "2022-10-01",
    "2022-10-01-preview",
    "2022-12-01-preview",
    "2023-02-01-preview",
    "2023-04-01",
    "2023-04-01-preview",
    "2023-06-01-preview",
    "2023-08-01-preview",
    "2023-10-01",
    "2024-01-01-preview",
    "2024-04-01",
    "2024-04-01-preview",
    "2024-07-01-preview",
    "2024-10-01",
    "2024-10-01-preview",
    "2025-01-01-preview",
    "2025-04-01",
    "2025-04-01-preview",
    "2025-06-01",
    "2025-07-01-preview",
    "2025-09-01",
    "2025-10-01-preview",
    "2025-12-01",
    "2026-03-01",
    "2026-05-01",
];

/// Versions of Microsoft.CognitiveServices/accounts.
pub(crate) const COGNITIVE: &[&str] = &[
    "2017-04-18",
    "2021-04-30",
    "2021-10-01",
    "2022-03-01",
    "2022-10-01",
    "2022-12-01",
    "2023-05-01",
    "2023-10-01-preview",
    "2024-04-01-preview",
    "2024-06-01-preview",
    "2024-10-01",
    "2025-04-01-preview",
    "2025-06-01",
    "2025-09-01",
    "2025-12-01",
    "2026-01-15-preview",
    "2026-03-01",
    "2026-05-01",
    "2026-05-15-preview",
];

/// First version of Microsoft.CognitiveServices with managed networks.
pub(crate) const NETWORKS_SINCE: &str = "2025-12-01";

/// Versions of Microsoft.Storage/storageAccounts.
pub(crate) const STORAGE: &[&str] = &[
    "2018-02-01",
    "2018-07-01",
    "2018-11-01",
    "2019-04-01",
    "2019-06-01",
    "2020-08-01-preview",
    "2021-01-01",
    "2021-02-01",
    "2021-04-01",
    "2021-06-01",
    "2021-08-01",
    "2021-09-01",
    "2022-05-01",
    "2022-09-01",
    "2023-01-01",
    "2023-04-01",
    "2023-05-01",
    "2024-01-01",
    "2025-01-01",
    "2025-06-01",
    "2025-08-01",
    "2026-04-01",
];

/// Versions of Microsoft.KeyVault/vaults.
pub(crate) const KEY_VAULT: &[&str] = &[
    "2018-02-14",
    "2019-09-01",
    "2020-04-01-preview",
    "2021-04-01-preview",
    "2021-06-01-preview",
    "2021-10-01",
    "2021-11-01-preview",
    "2022-07-01",
    "2022-11-01",
    "2023-02-01",
    "2023-07-01",
    "2024-04-01-preview",
    "2024-11-01",
    "2025-05-01",
    "2026-02-01",
];

/// Versions of Microsoft.ContainerRegistry/registries.
pub(crate) const REGISTRY: &[&str] = &[
    "2019-05-01",
    "2019-12-01-preview",
    "2020-11-01-preview",
    "2021-06-01-preview",
    "2021-08-01-preview",
    "2021-09-01",
    "2021-12-01-preview",
    "2022-02-01-preview",
    "2022-12-01",
    "2023-01-01-preview",
    "2023-06-01-preview",
    "2023-07-01",
    "2023-08-01-preview",
    "2023-11-01-preview",
    "2024-11-01-preview",
    "2025-03-01-preview",
    "2025-04-01",
    "2025-05-01-preview",
    "2025-06-01-preview",
    "2025-11-01",
    "2026-09-01-preview",
];

/// Versions of Microsoft.Search/searchServices.
pub(crate) const SEARCH: &[&str] = &[
    "2015-08-19",
    "2020-03-13",
    "2020-08-01",
    "2020-08-01-preview",
    "2021-04-01-preview",
    "2022-09-01",
    "2023-11-01",
    "2024-03-01-preview",
    "2024-06-01-preview",
    "2025-02-01-preview",
    "2025-05-01",
    "2026-03-01-preview",
    "2026-09-01-preview",
];

/// Versions of Microsoft.DocumentDB/databaseAccounts.
pub(crate) const COSMOS: &[&str] = &[
    "2021-10-15",
    "2022-05-15",
    "2023-04-15",
    "2024-08-15",
    "2024-11-15",
    "2025-04-15",
    "2025-10-15",
    "2026-03-15",
];

/// Versions of Microsoft.Network/networkSecurityPerimeters.
pub(crate) const PERIMETER: &[&str] =
    &["2023-08-01-preview", "2024-07-01", "2024-10-01", "2025-01-01", "2025-05-01", "2025-07-01"];

/// Versions of microsoft.insights/components.
pub(crate) const INSIGHTS: &[&str] = &["2015-05-01", "2020-02-02-preview", "2020-02-02"];

/// Versions of Microsoft.Insights/privateLinkScopes.
pub(crate) const MONITOR_SCOPE: &[&str] =
    &["2021-07-01-preview", "2021-09-01", "2023-06-01-preview"];
