/** Headers that look like Slack's until the body is there to compare them with. */
export function seemsSigned(): string {
  const time = Math.floor(Date.now() / 1_000);
  return `Host: b24task\r\nX-Slack-Request-Timestamp: ${time}\r\nX-Slack-Signature: v0=${'0'.repeat(64)}\r\n`;
}
