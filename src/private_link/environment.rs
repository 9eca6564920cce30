//! Azure clouds.

/// An Azure cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// The public cloud.
    Public,
    /// Azure US Government.
    UsGovernment,
    /// Azure operated by 21Vianet in China.
    China,
}

/// Names of the clouds in azurerm's configuration.
pub const ENVIRONMENTS: &[&str] = &["public", "usgovernment", "china"];

impl Environment {
    /// All clouds.
    pub const ALL: [Self; 3] = [Self::Public, Self::UsGovernment, Self::China];

    /// Returns the name in messages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Public => "the public cloud",
            Self::UsGovernment => "Azure US Government",
            Self::China => "Azure in China",
        }
    }

    /// Returns the cloud by its name in any case: azurerm's, or that of the cloud's metadata
    /// document.
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
