output "compliant" {
  description = "Whether the workspace is isolated, and everything of it was seen."
  value       = data.azureai_network_isolation_posture.hub.compliant
}

output "findings" {
  description = "What is wrong, with what mends it."
  value       = data.azureai_network_isolation_posture.hub.findings
}

output "summary" {
  description = "The posture in Markdown, for a pull request."
  value       = data.azureai_network_isolation_posture.hub.summary
}
