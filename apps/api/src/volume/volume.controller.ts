import { Controller, Get } from '@nestjs/common';
import { Policy } from '../auth/policy.js';
import { ThisCall, type Call } from '../http/call.js';
import { Described } from '../openapi/described.js';
import { volumeLinks, volumeRoot } from './volume-links.js';

/** `/v1/volume`, from 1.32 on: links. */
@Controller('v1/volume')
export class VolumeController {
  @Get()
  @Policy('baremetal:volume:get')
  @Described({ summary: 'Show the volume resources', since: 'resource.volume', answer: { schema: volumeRoot } })
  root(@ThisCall() call: Call) {
    return volumeLinks(call, 'volume');
  }
}
