import { describeAccessibility } from './accessibility.ts'
import { desktop } from './browser-test.ts'

describeAccessibility(desktop)
