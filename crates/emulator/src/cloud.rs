//! Names that differ between the public cloud and the sovereign clouds.

/// DNS suffixes and endpoints of a cloud.
#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) name: &'static str,
    pub(crate) audiences: [&'static str; 2],
    pub(crate) graph: &'static str,
    pub(crate) portal: &'static str,
    pub(crate) machine_learning: &'static str,
    pub(crate) notebooks: &'static str,
    pub(crate) storage: &'static str,
    pub(crate) vault: &'static str,
    pub(crate) vault_core: &'static str,
    pub(crate) registry: &'static str,
    pub(crate) search: &'static str,
    pub(crate) cognitive: &'static str,
    /// Empty if no documentation and no recording shows the suffix.
    pub(crate) open_ai: &'static str,
    /// Empty if no documentation and no recording shows the suffix.
    pub(crate) ai_services: &'static str,
    pub(crate) sql: &'static str,
}

impl Cloud {
    /// Returns `true` for the public cloud, which gets new features before the sovereign clouds.
    pub(crate) fn is_public(&self) -> bool {
        self.name == PUBLIC.name
    }
}

/// The public cloud.
pub(crate) static PUBLIC: Cloud = Cloud {
    name: "AzureCloud",
    audiences: ["https://management.core.windows.net/", "https://management.azure.com/"],
    graph: "https://graph.microsoft.com/",
    portal: "https://portal.azure.com",
    machine_learning: "api.azureml.ms",
    notebooks: "notebooks.azure.net",
    storage: "core.windows.net",
    vault: "vault.azure.net",
    vault_core: "vaultcore.azure.net",
    registry: "azurecr.io",
    search: "search.windows.net",
    cognitive: "cognitiveservices.azure.com",
    open_ai: "openai.azure.com",
    ai_services: "services.ai.azure.com",
    sql: "database.windows.net",
};

/// The cloud of the United States Government.
pub(crate) static US_GOVERNMENT: Cloud = Cloud {
    name: "AzureUSGovernment",
    audiences: [
        "https://management.core.usgovcloudapi.net/",
        "https://management.usgovcloudapi.net/",
    ],
    graph: "https://graph.microsoft.us/",
    portal: "https://portal.azure.us",
    machine_learning: "api.ml.azure.us",
    notebooks: "notebooks.usgovcloudapi.net",
    storage: "core.usgovcloudapi.net",
    vault: "vault.usgovcloudapi.net",
    vault_core: "vaultcore.usgovcloudapi.net",
    registry: "azurecr.us",
    search: "search.azure.us",
    cognitive: "cognitiveservices.azure.us",
    open_ai: "openai.azure.us",
    ai_services: "",
    sql: "database.usgovcloudapi.net",
};

/// Azure in China, operated by 21Vianet.
pub(crate) static CHINA: Cloud = Cloud {
    name: "AzureChinaCloud",
    audiences: [
        "https://management.core.chinacloudapi.cn/",
        "https://management.chinacloudapi.cn/",
    ],
    graph: "https://microsoftgraph.chinacloudapi.cn/",
    portal: "https://portal.azure.cn",
    machine_learning: "api.ml.azure.cn",
    notebooks: "notebooks.chinacloudapi.cn",
    storage: "core.chinacloudapi.cn",
    vault: "vault.azure.cn",
    vault_core: "vaultcore.azure.cn",
    registry: "azurecr.cn",
    search: "search.azure.cn",
    cognitive: "cognitiveservices.azure.cn",
    open_ai: "",
    ai_services: "",
    sql: "database.chinacloudapi.cn",
};

/// Returns the cloud with this name on the command line.
pub(crate) fn by_name(name: &str) -> Option<&'static Cloud> {
    match name.to_ascii_lowercase().as_str() {
        "public" | "azurecloud" => Some(&PUBLIC),
        "usgovernment" | "azureusgovernment" => Some(&US_GOVERNMENT),
        "china" | "azurechinacloud" => Some(&CHINA),
        _ => None,
    }
}
