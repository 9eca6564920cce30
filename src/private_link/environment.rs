//! The clouds of Azure.

/// A cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Azure as most know it.
    Public,
    /// The United States Government's.
    UsGovernment,
    /// Azure in China, operated by 21Vianet.
    China,
}

/// azurerm's names of the clouds.
pub const ENVIRONMENTS: &[&str] = &["public", "usgovernment", "china"];

impl Environment {
    /// Every cloud.
    pub const ALL: [Self; 3] = [Self::Public, Self::UsGovernment, Self::China];

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Public => "the public cloud",
            Self::UsGovernment => "the US Government's cloud",
            Self::China => "the cloud in China",
        }
    }

    /// The cloud of that name, in any case: azurerm's, or the one of its metadata document.
    pub fn by_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "public" | "global" | "azurecloud" => Some(Self::Public),
            "usgovernment" | "usgovernmentl4" | "usgovernmentl5" | "dod" | "azureusgovernment" => {
                Some(Self::UsGovernment)
            }
            "china" | "azurechinacloud" => Some(Self::China),
            _ => None,
        }
    }
}
