output "compliant" {
  description = "If `true`, the workspace is isolated, and the identity could read everything."
  value       = data.azureai_network_isolation_posture.hub.compliant
}

output "findings" {
  description = "Findings, each with the configuration that fixes it."
  value       = data.azureai_network_isolation_posture.hub.findings
}

output "summary" {
  description = "Summary of the posture in Markdown, for a pull request."
  value       = data.azureai_network_isolation_posture.hub.summary
}
