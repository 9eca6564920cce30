# terraform test isolates the hub, checks it, and destroys everything.

run "isolates_the_workspace" {
  command = apply

  assert {
    condition     = data.azureai_network_isolation_posture.hub.compliant
    error_message = data.azureai_network_isolation_posture.hub.summary
  }

  assert {
    condition     = length(data.azureai_network_isolation_posture.hub.findings) == 0
    error_message = "There are findings: ${data.azureai_network_isolation_posture.hub.summary}"
  }

  assert {
    condition = alltrue([
      for name in data.azureai_network_isolation_posture.hub.dns : name.status == "proven"
    ])
    error_message = "A name does not resolve to its endpoint."
  }
}
