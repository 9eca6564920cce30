//! Address prefixes of networks and subnets, such as `10.0.0.0/16`.

use ipnet::IpNet;
use serde_json::Value;

use crate::arm_error::ArmError;
use crate::body;
use crate::world::type_info::TypeInfo;

/// Parses the address prefixes of an `addressSpace`.
pub(super) fn prefixes(info: &TypeInfo, space: &Value) -> Result<Vec<IpNet>, ArmError> {
    let path = "properties.addressSpace.addressPrefixes";
    let list = body::items(info, path, &space["addressPrefixes"])?;
    list.iter().map(|prefix| prefix.as_str().unwrap_or_default()).map(parse_prefix).collect()
}

/// Parses a prefix, whose host bits must be zero.
pub(super) fn parse_prefix(text: &str) -> Result<IpNet, ArmError> {
    let net = text.parse::<IpNet>().ok().filter(|net| net.network() == net.addr());
    net.ok_or_else(|| {
        let message = format!("Address prefix {text} is not formatted correctly.");
        ArmError::bad("InvalidAddressPrefixFormat", message)
    })
}
