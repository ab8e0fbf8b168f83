import { graphql } from '../api/graphql';

export const DIAGNOSTICS = graphql(`
  query Diagnostics {
    serverInfo {
      name
      version
      lab
    }
    diagnostics {
      logFiles {
        name
        sizeBytes
        modifiedAt
        downloadUrl
      }
    }
  }
`);
