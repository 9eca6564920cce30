//! Compiles `proto/` with protox, so that no protoc is needed to build the provider.

use std::error::Error;
use std::path::Path;

const FILES: [&str; 4] =
    ["tfplugin5.proto", "grpc_broker.proto", "grpc_controller.proto", "grpc_stdio.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proto");
    println!("cargo::rerun-if-changed={}", folder.display());
    let descriptors = protox::compile(FILES, [&folder])?;
    // Clients are for tests, which speak to the provider as Terraform does. A method that nobody
    // serves answers UNIMPLEMENTED, which is what Terraform expects of one it does not know.
    tonic_prost_build::configure().generate_default_stubs(true).compile_fds(descriptors)?;
    Ok(())
}
